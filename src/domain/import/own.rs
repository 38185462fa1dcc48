//! Our own columns of each kind.

use super::{
    Kind,
    field::{Field, Shape},
};

const fn needed(name: &'static str, label: &'static str, shape: Shape, example: &'static str) -> Field {
    Field { name, label, shape, is_needed: true, is_spare: false, is_telling: false, example, also: &[] }
}

const fn optional(name: &'static str, label: &'static str, shape: Shape, example: &'static str) -> Field {
    Field { is_needed: false, ..needed(name, label, shape, example) }
}

/// Without it a row is as good.
const fn spare(name: &'static str, label: &'static str, shape: Shape, example: &'static str) -> Field {
    Field { is_spare: true, ..optional(name, label, shape, example) }
}

/// Looked for also where a mapping does not name it.
const fn telling(field: Field) -> Field {
    Field { is_telling: true, ..field }
}

const fn also(field: Field, also: &'static [&'static str]) -> Field {
    Field { also, ..field }
}

const CUSTOMERS: &[Field] = &[
    also(
        needed("external_id", "Customer id", Shape::Text(100), "C-1007"),
        &["customerid", "customernumber", "customerno", "customer", "custid", "custref", "account"],
    ),
    also(needed("name", "Name", Shape::Text(200), "Mira Kovač"), &["customername", "fullname", "company"]),
    also(spare("preferred_name", "Preferred name", Shape::Text(100), "Mira"), &["firstname", "nickname", "callme"]),
    also(spare("email", "E-mail address", Shape::Text(254), "mira@example.com"), &["emailaddress", "mail"]),
    also(spare("time_zone", "Time zone", Shape::Text(60), "Europe/Dublin"), &["timezone", "tz"]),
    also(spare("country", "Country", Shape::Text(100), "IE"), &["countrycode"]),
    also(spare("merged_into", "Merged into the customer", Shape::Text(100), ""), &["mergedwith", "duplicateof"]),
];

/// Whose a row is, by the customer's id.
const CUSTOMER: Field = also(
    needed("customer", "Customer id", Shape::Text(100), "C-1007"),
    &["externalid", "customerid", "customernumber", "customerno", "custid", "custref", "account"],
);
const CURRENCY: Field = also(needed("currency", "Currency", Shape::Text(3), "EUR"), &["currencycode", "ccy"]);
const CHARGES: Field = also(
    optional(
        "charges",
        "Charges",
        Shape::Charges,
        r#"[{"meter":"kWh","charge_model":"standard","properties":{"amount":"0.25"}}]"#,
    ),
    &["usagecharges", "pricing", "prices"],
);
const MONTHLY_FEE: &[&str] = &["monthlyprice", "monthlyamount", "basefee", "baseprice", "fee", "price"];
const INVOICE_NUMBER: &[&str] = &["invoicenumber", "invoiceno", "invoiceid", "invoice", "billnumber", "number"];
const VALID_UNTIL: &[&str] = &["availableuntil", "availableto", "validuntil", "validto", "until"];

const PLANS: &[Field] = &[
    also(needed("code", "Plan code", Shape::Text(100), "home-plus"), &["plancode", "planid", "plan", "sku"]),
    also(needed("name", "Name", Shape::Text(200), "Home Plus"), &["planname", "title", "displayname"]),
    CURRENCY,
    also(needed("monthly_fee", "Monthly fee", Shape::Amount, "20.00"), MONTHLY_FEE),
    also(
        optional("minimum_commitment", "Minimum commitment", Shape::Amount, ""),
        &["commitment", "minimum", "minimumspend", "minimumamount"],
    ),
    CHARGES,
    also(optional("open_from", "Open from", Shape::Date, "2026-01-01"), &["availablefrom", "validfrom", "from"]),
    also(optional("open_until", "Open until", Shape::Date, ""), VALID_UNTIL),
    also(optional("eligibility", "Eligibility", Shape::Text(500), ""), &["eligiblefor", "conditions", "requirements"]),
];

const SUBSCRIPTIONS: &[Field] = &[
    also(
        needed("reference", "Reference", Shape::Text(200), "S-3001"),
        &[
            "subscriptionid",
            "subscriptionreference",
            "subscriptionnumber",
            "subscription",
            "contractnumber",
            "contract",
        ],
    ),
    CUSTOMER,
    also(needed("plan", "Plan code", Shape::Text(100), "home-plus"), &["plancode", "planid", "product", "tariff"]),
    also(
        needed("starts_on", "Starts on", Shape::Date, "2026-03-01"),
        &["starts", "startdate", "start", "startedon", "from", "validfrom"],
    ),
    also(
        optional("ends_on", "Ends on", Shape::Date, ""),
        &["ends", "enddate", "end", "endedon", "until", "validuntil"],
    ),
    also(
        optional("committed_until", "Committed until", Shape::Date, "2027-02-28"),
        &["commitmentend", "commitmentends", "commitmentuntil", "contractend", "boundto"],
    ),
];

const USAGE: &[Field] = &[
    CUSTOMER,
    also(
        needed("meter", "Meter", Shape::Text(100), "kWh"),
        &["metername", "metercode", "meterid", "metric", "billablemetric"],
    ),
    also(
        needed("used_on", "Used on", Shape::DateOrMonth, "2026-11-01"),
        &["used", "usagedate", "useddate", "readingdate", "day", "date", "month", "period"],
    ),
    also(
        needed("quantity", "Quantity", Shape::Quantity, "312.5"),
        &["units", "usage", "consumption", "volume", "value", "amount"],
    ),
];

const INVOICES: &[Field] = &[
    also(needed("number", "Number", Shape::Text(100), "1042"), INVOICE_NUMBER),
    CUSTOMER,
    CURRENCY,
    also(needed("amount", "Amount", Shape::Amount, "38.20"), &["invoiceamount", "total", "totalamount", "grossamount"]),
    also(
        needed("issued_on", "Issued on", Shape::Date, "2026-11-06"),
        &["issued", "issuedate", "invoicedate", "billdate", "date"],
    ),
    also(optional("due_on", "Due on", Shape::Date, "2026-11-20"), &["due", "duedate", "payby", "paymentduedate"]),
    also(spare("disputed", "Disputed", Shape::YesNo, ""), &["isdisputed", "dispute"]),
    also(spare("disputed_on", "Disputed on", Shape::Date, ""), &["disputedate", "disputeddate"]),
    telling(also(optional("status", "Status", Shape::Text(60), ""), &["invoicestatus", "billstatus"])),
    telling(also(spare("payment_status", "Payment status", Shape::Text(60), ""), &["paymentstate", "paid", "ispaid"])),
    telling(also(
        optional("amount_paid", "Paid so far", Shape::Amount, ""),
        &["amountpaid", "invoiceamountpaid", "paidamount", "paidtodate", "totalpaid", "amountreceived"],
    )),
    telling(also(
        optional("amount_open", "Still open", Shape::Amount, ""),
        &[
            "invoiceamountdue",
            "amountremaining",
            "balance",
            "balancedue",
            "openbalance",
            "outstanding",
            "outstandingamount",
            "amountoutstanding",
            "openamount",
            "remaining",
            "remainingbalance",
            "amountdue",
            "dueamount",
        ],
    )),
    telling(also(spare("paid_on", "Paid on", Shape::Date, ""), &["datepaid", "paiddate", "paidat", "paymentdate"])),
    also(
        optional("tax", "Tax", Shape::Amount, ""),
        &["taxtotal", "taxamount", "totaltax", "vat", "vatamount", "taxesamountcents"],
    ),
    telling(also(
        spare("kind", "Kind", Shape::Text(100), ""),
        &["type", "invoicetype", "documenttype", "doctype", "transactiontype"],
    )),
    telling(also(
        spare("refers_to", "Refers to the bill", Shape::Text(100), ""),
        &[
            "appliesto",
            "appliedto",
            "originalinvoice",
            "relatedinvoice",
            "parentinvoice",
            "creditedinvoice",
            "reference",
        ],
    )),
    telling(also(
        spare("line", "What it is for", Shape::Text(500), ""),
        &["description", "itemname", "item", "itemdescription", "linedescription", "product", "productname", "memo"],
    )),
];

const PAYMENTS: &[Field] = &[
    also(optional("invoice", "Invoice number", Shape::Text(100), "1042"), INVOICE_NUMBER),
    also(
        needed("reference", "Reference", Shape::Text(200), "P-2231"),
        &["paymentid", "paymentreference", "paymentnumber", "transactionid"],
    ),
    also(needed("amount", "Amount", Shape::Amount, "38.20"), &["paidamount", "paymentamount", "amountpaid", "total"]),
    also(
        needed("paid_on", "Paid on", Shape::Date, "2026-11-18"),
        &["paid", "paymentdate", "paiddate", "settleddate", "date"],
    ),
    telling(Field { is_needed: false, ..CUSTOMER }),
    telling(Field { is_needed: false, example: "", ..CURRENCY }),
    telling(also(spare("kind", "Kind", Shape::Text(100), ""), &["type", "transactiontype", "paymenttype"])),
    telling(also(
        optional("amount_refunded", "Refunded of it", Shape::Amount, ""),
        &["amountrefunded", "refundedamount", "refundamount", "totalrefunded"],
    )),
    telling(also(
        optional("status", "Status", Shape::Text(60), ""),
        &["paymentstatus", "paymentstate", "chargestatus"],
    )),
];

const CREDITS: &[Field] = &[
    also(
        needed("reference", "Reference", Shape::Text(200), "G-88"),
        &["creditid", "creditreference", "creditnumber", "credit", "grantid", "grant"],
    ),
    CUSTOMER,
    CURRENCY,
    also(needed("amount", "Amount", Shape::Amount, "25.00"), &["creditamount", "grantedamount", "value", "total"]),
    also(optional("used", "Used", Shape::Amount, "5.00"), &["usedamount", "amountused", "spent", "consumed"]),
    also(
        needed("granted_on", "Granted on", Shape::Date, "2026-10-01"),
        &["granted", "grantdate", "granteddate", "issuedon", "issuedate", "date"],
    ),
    also(
        optional("expires_on", "Expires on", Shape::Date, "2026-12-31"),
        &["expires", "expirydate", "expirationdate", "expiry", "validuntil"],
    ),
    also(optional("scope", "Pays for", Shape::Text(200), ""), &["appliesto", "limitedto", "paysfor"]),
    also(
        spare("reason", "Reason", Shape::Text(500), "Sorry for the outage"),
        &["note", "description", "memo", "comment"],
    ),
];

/// No commission: what we would earn must never be known where a product is recommended.
const COMPETITORS: &[Field] = &[
    also(
        needed("provider", "Provider", Shape::Text(200), "Other Energy"),
        &["providername", "competitor", "company", "supplier", "vendor"],
    ),
    also(
        needed("product", "Product", Shape::Text(200), "Night Saver"),
        &["productname", "plan", "planname", "tariff", "offer", "name"],
    ),
    CURRENCY,
    also(optional("monthly_fee", "Monthly fee", Shape::Amount, "18.50"), MONTHLY_FEE),
    CHARGES,
    also(optional("eligibility", "Eligibility", Shape::Text(500), ""), &["eligiblefor", "conditions", "requirements"]),
    also(
        needed("source", "Source", Shape::Text(1_000), "https://other-energy.example/prices"),
        &["sourceurl", "url", "link", "website"],
    ),
    also(
        needed("checked_on", "Checked on", Shape::Date, "2026-11-10"),
        &["checked", "checkdate", "lastchecked", "asof", "date"],
    ),
    also(optional("open_until", "Open until", Shape::Date, ""), VALID_UNTIL),
];

type Labels = &'static [(&'static str, &'static str)];

const fn labels<const N: usize>(fields: &[Field]) -> [(&'static str, &'static str); N] {
    let mut labels = [("", ""); N];
    let mut at = 0;
    while at < N {
        labels[at] = (fields[at].name, fields[at].label);
        at += 1;
    }
    labels
}

impl Kind {
    /// Each field's name and label.
    pub fn labels(self) -> Labels {
        const OF_CUSTOMERS: Labels = &labels::<{ CUSTOMERS.len() }>(CUSTOMERS);
        const OF_PLANS: Labels = &labels::<{ PLANS.len() }>(PLANS);
        const OF_SUBSCRIPTIONS: Labels = &labels::<{ SUBSCRIPTIONS.len() }>(SUBSCRIPTIONS);
        const OF_USAGE: Labels = &labels::<{ USAGE.len() }>(USAGE);
        const OF_INVOICES: Labels = &labels::<{ INVOICES.len() }>(INVOICES);
        const OF_PAYMENTS: Labels = &labels::<{ PAYMENTS.len() }>(PAYMENTS);
        const OF_CREDITS: Labels = &labels::<{ CREDITS.len() }>(CREDITS);
        const OF_COMPETITORS: Labels = &labels::<{ COMPETITORS.len() }>(COMPETITORS);
        match self {
            Kind::Customers => OF_CUSTOMERS,
            Kind::Plans => OF_PLANS,
            Kind::Subscriptions => OF_SUBSCRIPTIONS,
            Kind::Usage => OF_USAGE,
            Kind::Invoices => OF_INVOICES,
            Kind::Payments => OF_PAYMENTS,
            Kind::Credits => OF_CREDITS,
            Kind::Competitors => OF_COMPETITORS,
        }
    }

    /// In the order of our own columns.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Kind::Customers => CUSTOMERS,
            Kind::Plans => PLANS,
            Kind::Subscriptions => SUBSCRIPTIONS,
            Kind::Usage => USAGE,
            Kind::Invoices => INVOICES,
            Kind::Payments => PAYMENTS,
            Kind::Credits => CREDITS,
            Kind::Competitors => COMPETITORS,
        }
    }
}
