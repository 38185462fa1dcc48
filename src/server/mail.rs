//! Sending e-mail: always a text part beside the html, over SMTP.

use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp,
};

use super::config::Config;

/// A way out for mail. Cheap to clone.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    /// Who reads what is answered; without it, whoever is behind `from`.
    reply_to: Option<Mailbox>,
}

/// One e-mail to one person.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Of our own, the same however often it is sent, so that a mail program that gets it twice can tell.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A mail setting that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum MailSetupError {
    #[error("the mail server address cannot be used: {0}")]
    Url(smtp::Error),
    #[error("mail needs a sender: set --mail-from, such as \"Harbour <hello@harbour.example>\"")]
    NoSender,
    #[error("the sender {0:?} is not a mailbox, such as \"Harbour <hello@harbour.example>\"")]
    Sender(String),
    #[error("the address for answers {0:?} is not a mailbox, such as \"Harbour <help@harbour.example>\"")]
    ReplyTo(String),
}

/// A mail that did not leave.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("the address cannot be written to: {0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("the mail could not be written: {0}")]
    Content(#[from] lettre::error::Error),
    #[error("the mail server did not take it: {0}")]
    Server(#[from] smtp::Error),
}

impl MailError {
    /// Whether the address itself was refused for good, so that no other try will help: not what the mail server says of
    /// us (how we speak to it, or that we may not), which we can mend.
    pub fn is_of_the_address(&self) -> bool {
        match self {
            MailError::Address(_) => true,
            MailError::Content(_) => false,
            MailError::Server(error) => {
                error.is_permanent() && error.status().map(u16::from).is_some_and(|code| (540..600).contains(&code))
            }
        }
    }
}

impl Mailer {
    /// The mailer the settings ask for, or none where they name no server.
    pub fn from_config(config: &Config) -> Result<Option<Self>, MailSetupError> {
        let Some(url) = &config.smtp_url else { return Ok(None) };
        let from = config.mail_from.as_ref().ok_or(MailSetupError::NoSender)?;
        let from = from.parse().map_err(|_| MailSetupError::Sender(from.clone()))?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(MailSetupError::Url)?
            .timeout(Some(std::time::Duration::from_secs(10)))
            .build();
        let reply_to = config.mail_reply_to.as_ref();
        let reply_to = reply_to.map(|to| to.parse().map_err(|_| MailSetupError::ReplyTo(to.clone()))).transpose()?;
        Ok(Some(Self { transport, from, reply_to }))
    }

    /// Whether the mail server answers.
    pub async fn answers(&self) -> Result<bool, MailError> {
        Ok(self.transport.test_connection().await?)
    }

    pub async fn send(&self, mail: Mail) -> Result<(), MailError> {
        self.send_with_way_out(mail, None).await
    }

    /// The same, with the address that ends mails of this kind, which mail programs show as a button (RFC 8058).
    pub async fn send_with_way_out(&self, mail: Mail, way_out: Option<&str>) -> Result<(), MailError> {
        let header = |name, value| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, mail.to.parse()?))
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .subject(mail.subject)
            // No holiday answer comes to what a program wrote (RFC 3834).
            .raw_header(header("Auto-Submitted", "auto-generated".to_owned()));
        if let Some(reply_to) = &self.reply_to {
            message = message.reply_to(reply_to.clone());
        }
        if let Some(address) = way_out {
            message = message
                .raw_header(header("List-Unsubscribe", format!("<{address}>")))
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()));
        }
        let message = message.multipart(MultiPart::alternative_plain_html(mail.text, mail.html))?;
        self.transport.send(message).await?;
        Ok(())
    }
}
