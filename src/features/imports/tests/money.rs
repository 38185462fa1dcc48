//! Bills and payments as billing systems have them: states, what was paid, lines, notes, money that goes back or is too much.

use super::{Desk, INVOICES, refused, tally, warned};
use crate::domain::import::Kind;

const PAYMENTS: &str = "invoice,reference,amount,paid_on\n";

/// What each bill is and has open at the end of time.
const OPEN: &str =
    "select number || ' ' || status || ' ' || (amount - coalesce((select sum(payments.amount) from payments
                                                                where invoice_id = invoices.id), 0))
                    from invoices order by number, customer_id";
const CREDIT: &str = "select reference || ' ' || amount || ' ' || source from credits order by reference";

#[tokio::test]
async fn states_of_other_systems_are_understood_also_where_no_mapping_names_them() {
    let desk = Desk::with_customers().await;
    let file = "Invoice Number,Customer,Currency,Total,Invoice Date,Due Date,Invoice Status,Balance\n\
                1,C1,EUR,80.00,2026-06-15,2026-07-07,Overdue,80.00\n\
                2,C1,EUR,75.00,2026-06-15,2026-07-07,Void,0.00\n\
                3,C2,EUR,60.00,2026-06-15,2026-07-07,Draft,60.00\n\
                4,C2,EUR,45.00,2026-06-15,2026-07-07,Closed,0.00\n\
                5,C2,EUR,45.00,2026-06-15,2026-07-07,Erledigt,0.00\n\
                6,C2,EUR,45.00,2026-06-15,2026-07-07,Uncollectible,45.00\n";
    let mapping = "number = { column = \"Invoice Number\" }\ncustomer = { column = \"Customer\" }\n\
                   currency = { column = \"Currency\" }\namount = { column = \"Total\" }\n\
                   issued_on = { column = \"Invoice Date\" }\ndue_on = { column = \"Due Date\" }\n";
    let report = desk.try_to(Kind::Invoices, file, Some(mapping), false).await.expect("a file");
    assert_eq!(report.tally, tally(6, 5, 0, 0, 1));
    assert!(report.errors[0].reason.starts_with("“Erledigt” is no state we know"), "{}", report.errors[0].reason);
    assert_eq!(
        desk.texts(OPEN).await,
        ["1 open 8000", "2 void 7500", "3 draft 6000", "4 open 0", "6 written_off 4500"]
    );
    let with_word =
        format!("{mapping}status = {{ column = \"Invoice Status\", means = {{ \"erledigt\" = \"paid\" }} }}\n");
    let report = desk.try_to(Kind::Invoices, file, Some(&with_word), false).await.expect("a file");
    assert_eq!(report.tally, tally(6, 1, 0, 5, 0), "{:?}", report.errors);
}

#[tokio::test]
async fn minor_units_and_the_state_of_the_payment_are_read_by_their_columns() {
    let desk = Desk::with_customers().await;
    let file = "issuing_date,customer_external_id,invoice_number,invoice_type,payment_status,status,currency,total_amount_cents,\
                payment_due_date\n\
                2026-06-15,C1,L1,subscription,pending,finalized,EUR,1190,2026-07-07\n\
                2026-06-15,C2,L2,subscription,succeeded,finalized,EUR,2975,2026-07-07\n\
                2026-06-15,C2,L3,credit,pending,voided,EUR,2975,2026-07-07\n";
    let mapping = "number = { column = \"invoice_number\" }\ncustomer = { column = \"customer_external_id\" }\n\
                   currency = { column = \"currency\" }\namount = { column = \"total_amount_cents\" }\n\
                   issued_on = { column = \"issuing_date\" }\ndue_on = { column = \"payment_due_date\" }\n";
    desk.try_to(Kind::Invoices, file, Some(mapping), false).await.expect("a file");
    assert_eq!(desk.texts(OPEN).await, ["L1 open 1190", "L2 open 0", "L3 void 2975"]);
}

#[tokio::test]
async fn lines_add_up_equal_totals_are_one_bill_and_what_is_not_clear_is_refused_whole() {
    let desk = Desk::with_customers().await;
    let lines = "number,customer,currency,Line Total,issued_on,due_on,description\n\
                 1,C1,EUR,46.00,2026-06-15,2026-07-07,Hosting\n\
                 1,C1,EUR,34.50,2026-06-15,2026-07-07,Domain\n\
                 1,C1,EUR,-10.00,2026-06-15,2026-07-07,Rebate\n\
                 2,C2,EUR,46.00,2026-06-15,2026-07-07,June\n\
                 2,C2,EUR,46.00,2026-06-15,2026-07-07,July\n";
    let own = "number = { column = \"number\" }\ncustomer = { column = \"customer\" }\ncurrency = { column = \"currency\" }\n\
               issued_on = { column = \"issued_on\" }\ndue_on = { column = \"due_on\" }\n";
    let by_line = format!("{own}amount = {{ column = \"Line Total\" }}\n");
    let report = desk.try_to(Kind::Invoices, lines, Some(&by_line), false).await.expect("a file");
    assert_eq!(report.tally, tally(5, 5, 0, 0, 0), "{:?}", report.errors);
    assert_eq!(
        warned(&report),
        [
            (2, "Line Total", "3 rows are the lines of the bill “1”: together €70.50"),
            (5, "Line Total", "2 rows are the lines of the bill “2”: together €92.00")
        ]
    );
    let again = desk.try_to(Kind::Invoices, lines, Some(&by_line), false).await.expect("a file");
    assert_eq!(again.tally, tally(5, 0, 0, 5, 0));
    let totals = "number,customer,currency,Total,issued_on,due_on,description\n\
                  3,C1,EUR,72.00,2026-06-15,2026-07-07,Domain\n3,C1,EUR,72.00,2026-06-15,2026-07-07,Mail\n";
    let report =
        desk.try_to(Kind::Invoices, totals, Some(&format!("{own}amount = {{ column = \"Total\" }}\n")), false).await;
    assert_eq!(
        warned(&report.expect("a file"))[0].2,
        "2 rows say the same total of the bill “3”: it is one bill of €72.00"
    );
    let unclear = format!("{INVOICES}4,C1,EUR,10,2026-06-15,2026-07-07\n4,C1,EUR,20,2026-06-15,2026-07-07\n");
    assert_eq!(desk.bring(Kind::Invoices, &unclear).await.tally, tally(2, 0, 0, 0, 2));
    let disagree = format!("{INVOICES}5,C1,EUR,10,2026-06-15,2026-07-07\n5,C1,EUR,10,2026-06-15,2026-07-09\n");
    let report = desk.bring(Kind::Invoices, &disagree).await;
    assert_eq!(
        refused(&report)[1].2,
        "the rows of the bill “5” are due on several days, so none of them is kept: give each part a number of its own, such as 5-1 and 5-2"
    );
    assert_eq!(desk.texts(OPEN).await, ["1 open 7050", "2 open 9200", "3 open 7200"]);
}

#[tokio::test]
async fn what_a_bill_says_was_paid_counts_once_beside_the_payments() {
    let desk = Desk::with_customers().await;
    let file = |paid: &str, open: &str| {
        format!(
            "number,customer,currency,amount,issued_on,due_on,amount_paid,amount_open\n\
             1,C1,EUR,240.00,2026-06-15,2026-07-07,{paid},{open}\n"
        )
    };
    desk.bring(Kind::Invoices, file("180.00", "60.00")).await;
    assert_eq!(desk.texts(OPEN).await, ["1 open 6000"]);
    desk.bring(Kind::Payments, format!("{PAYMENTS}1,P1,100,2026-06-20\n")).await;
    assert_eq!(desk.texts(OPEN).await, ["1 open 6000"], "a part of what the bill says");
    desk.bring(Kind::Payments, format!("{PAYMENTS}1,P2,90,2026-06-21\n")).await;
    assert_eq!(desk.texts(OPEN).await, ["1 open 5000"], "more than the bill says");
    desk.bring(Kind::Invoices, file("240.00", "0.00")).await;
    assert_eq!(desk.texts(OPEN).await, ["1 open 0"]);
    assert_eq!(desk.bring(Kind::Invoices, file("240.00", "0.00")).await.tally, tally(1, 0, 0, 1, 0));
    desk.bring(Kind::Payments, format!("{PAYMENTS}1,R2,-90,2026-06-25\n")).await;
    assert_eq!(desk.texts(OPEN).await, ["1 open 9000"], "what went back is open again");
}

#[tokio::test]
async fn a_column_of_what_is_open_never_makes_a_bill_smaller() {
    let desk = Desk::with_customers().await;
    let mapping = "number = { column = \"number\" }\ncustomer = { column = \"customer\" }\ncurrency = { column = \"currency\" }\n\
                   amount = { column = \"Amount Due\" }\nissued_on = { column = \"issued_on\" }\ndue_on = { column = \"due_on\" }\n";
    for (open, left) in [("60.00", "1 open 6000"), ("20.00", "1 open 2000"), ("0.00", "1 open 0")] {
        let file =
            format!("number,customer,currency,Amount Due,issued_on,due_on\n1,C1,EUR,{open},2026-06-15,2026-07-07\n");
        desk.try_to(Kind::Invoices, file, Some(mapping), false).await.expect("a file");
        assert_eq!(desk.texts(OPEN).await, [left]);
    }
    assert_eq!(desk.number("select amount from invoices").await, 6_000);
}

#[tokio::test]
async fn a_credit_note_is_credit_or_pays_the_bill_it_names_once() {
    let desk = Desk::with_customers().await;
    let file = "number,customer,currency,amount,issued_on,due_on,type,refers_to\n\
                1,C1,EUR,100.00,2026-06-15,2026-07-07,Invoice,\n\
                CN-1,C1,EUR,-40.00,2026-06-20,,Credit note,1\n\
                CN-2,C1,EUR,25.00,2026-06-20,,Credit note,\n\
                CN-2,C2,EUR,-30.00,2026-06-20,2026-06-20,,\n";
    assert_eq!(desk.bring(Kind::Invoices, file).await.tally, tally(4, 4, 0, 0, 0));
    assert_eq!(desk.bring(Kind::Invoices, file).await.tally, tally(4, 0, 0, 4, 0));
    assert_eq!(desk.texts(OPEN).await, ["1 open 6000"]);
    assert_eq!(desk.texts(CREDIT).await, ["CN-2 2500 note", "CN-2 (C2) 3000 note"]);
    let void = file.replace("type,refers_to", "type,refers_to,status");
    let void = void.replace("Invoice,\n", "Invoice,,open\n").replace("note,1\n", "note,1,void\n");
    let void = void.replace("note,\n", "note,,void\n").replace(",,\n", ",,,\n");
    desk.bring(Kind::Invoices, void).await;
    assert_eq!(desk.texts(OPEN).await, ["1 open 10000"]);
    assert_eq!(desk.texts(CREDIT).await, ["CN-2 (C2) 3000 note"]);
}

#[tokio::test]
async fn a_payment_that_went_back_leaves_the_bill_open() {
    let desk = Desk::with_customers().await;
    desk.bring(Kind::Invoices, format!("{INVOICES}1,C1,EUR,50,2026-06-15,2026-07-07\n")).await;
    let paid = format!("{PAYMENTS}1,P1,50,2026-07-01\n");
    let (bounced, gone) = (format!("{paid}1,P1,-50,2026-07-03\n"), format!("{PAYMENTS}1,P1,0,2026-07-01\n"));
    desk.bring(Kind::Payments, &paid).await;
    assert_eq!(desk.texts(OPEN).await, ["1 open 0"]);
    assert_eq!(desk.bring(Kind::Payments, &bounced).await.tally, tally(2, 1, 0, 1, 0));
    assert_eq!(desk.bring(Kind::Payments, &bounced).await.tally, tally(2, 0, 0, 2, 0));
    assert_eq!(desk.texts(OPEN).await, ["1 open 5000"]);
    desk.bring(Kind::Payments, format!("{PAYMENTS}1,P1,0,2026-07-01\n1,P1,0,2026-07-01\n")).await;
    assert_eq!(desk.bring(Kind::Payments, &gone).await.tally, tally(1, 0, 0, 1, 0));
    let states = "invoice,reference,amount,paid_on,status\n1,P2,50,2026-07-01,succeeded\n1,P3,50,2026-07-01,failed\n\
                  1,P4,50,2026-07-01,pending\n1,P5,1,2026-07-01,odd\n";
    assert_eq!(desk.bring(Kind::Payments, states).await.tally, tally(4, 1, 0, 2, 1));
    let charged_back = "invoice,reference,amount,paid_on,status\n1,P2,50,2026-07-01,chargeback\n";
    assert_eq!(desk.bring(Kind::Payments, charged_back).await.tally, tally(1, 0, 1, 0, 0));
}

#[tokio::test]
async fn what_is_paid_too_much_is_credit_kept_exact() {
    let desk = Desk::with_customers().await;
    desk.bring(Kind::Invoices, format!("{INVOICES}1,C1,EUR,100,2026-05-15,2026-06-07\n")).await;
    desk.bring(Kind::Payments, format!("{PAYMENTS}1,P1,150,2026-06-01\n")).await;
    assert_eq!(desk.texts(CREDIT).await, ["1, paid too much 5000 too_much"]);
    desk.bring(Kind::Payments, format!("{PAYMENTS}1,P1,130,2026-06-01\n")).await;
    assert_eq!(desk.texts(CREDIT).await, ["1, paid too much 3000 too_much"]);
    desk.bring(Kind::Invoices, format!("{INVOICES}1,C1,EUR,120,2026-05-15,2026-06-07\n")).await;
    assert_eq!(desk.texts(CREDIT).await, ["1, paid too much 1000 too_much"]);
    desk.bring(Kind::Payments, format!("{PAYMENTS}1,P2,-10,2026-06-03\n")).await;
    assert!(desk.texts(CREDIT).await.is_empty());
    let void = "number,customer,currency,amount,issued_on,due_on,status\n1,C1,EUR,120,2026-05-15,2026-06-07,void\n";
    desk.bring(Kind::Invoices, void).await;
    assert_eq!(desk.texts(CREDIT).await, ["1, paid too much 12000 too_much"], "nothing was owed after all");
}

#[tokio::test]
async fn money_on_account_is_credit_until_it_names_its_bill() {
    let desk = Desk::with_customers().await;
    desk.bring(Kind::Invoices, format!("{INVOICES}1,C1,EUR,90,2026-06-15,2026-07-07\n")).await;
    let file = "invoice,reference,amount,paid_on,customer,currency\n,P7,120,2026-06-10,C1,EUR\n1,P8,40,2026-06-10,,\n\
                ,P9,5,2026-06-10,,\n";
    let report = desk.bring(Kind::Payments, file).await;
    assert_eq!(report.tally, tally(3, 2, 0, 0, 1));
    assert_eq!(
        refused(&report)[0].2,
        "this names neither a bill nor a customer: with a customer, money paid on account becomes their credit"
    );
    assert_eq!(desk.texts(OPEN).await, ["1 open 5000"], "paid before the bill was sent");
    assert_eq!(desk.texts(CREDIT).await, ["P7 12000 on_account"]);
    desk.bring(Kind::Payments, "invoice,reference,amount,paid_on,customer,currency\n1,P7,50,2026-06-10,C1,EUR\n").await;
    assert_eq!(desk.texts(OPEN).await, ["1 open 0"]);
    assert!(desk.texts(CREDIT).await.is_empty());
}

#[tokio::test]
async fn two_customers_may_have_the_same_number_and_a_payment_says_whose_it_pays() {
    let desk = Desk::with_customers().await;
    let file = format!("{INVOICES}1,C1,EUR,40,2026-06-15,2026-07-07\n1,C2,EUR,70,2026-06-15,2026-07-07\n");
    assert_eq!(desk.bring(Kind::Invoices, &file).await.tally, tally(2, 2, 0, 0, 0));
    assert_eq!(desk.bring(Kind::Invoices, &file).await.tally, tally(2, 0, 0, 2, 0));
    let report = desk.bring(Kind::Payments, format!("{PAYMENTS}1,P1,40,2026-06-20\n")).await;
    let [(2, "invoice", words)] = refused(&report)[..] else { panic!("nobody knows whose was paid: {report:?}") };
    assert!(words.ends_with("name the customer in a column “customer”"), "{words}");
    let named = "invoice,customer,reference,amount,paid_on\n1,C2,P1,70,2026-06-20\n1,C3,P2,70,2026-06-20\n";
    assert_eq!(desk.bring(Kind::Payments, named).await.tally, tally(2, 1, 0, 0, 1));
    let mut open = desk.texts(OPEN).await;
    open.sort();
    assert_eq!(open, ["1 open 0", "1 open 4000"]);
}

#[tokio::test]
async fn a_payment_in_another_currency_is_refused() {
    let desk = Desk::with_customers().await;
    desk.bring(Kind::Invoices, format!("{INVOICES}1,C1,USD,100,2026-06-15,2026-07-07\n")).await;
    let file = "invoice,reference,amount,currency,paid_on\n1,P1,100.00,HUF,2026-06-20\n";
    let report = desk.bring(Kind::Payments, file).await;
    assert_eq!(
        refused(&report),
        [(2, "currency", "the payment is in HUF, and the bill is in USD: say what it came to in USD")]
    );
}

#[tokio::test]
async fn bills_that_are_no_problem_are_no_errors() {
    let desk = Desk::with_customers().await;
    let file = format!(
        "{INVOICES}1,C1,EUR,0.00,2026-06-15,2026-07-07\n2,C1,EUR,50,2026-07-02,2026-07-01\n3,C1,EUR,40,2026-06-15,\n\
         \"4\n 4\",C1,EUR,60,2026-07-01,2026-07-01\n"
    );
    let report = desk.bring(Kind::Invoices, &file).await;
    assert_eq!(report.tally, tally(4, 3, 0, 1, 0), "{:?}", report.errors);
    assert_eq!(
        desk.texts("select number || ' ' || due_on from invoices order by number").await,
        ["1 2026-07-07", "2 2026-07-02", "4 4 2026-07-01"]
    );
    assert_eq!(warned(&report).len(), 2);
}

#[tokio::test]
async fn a_late_fee_that_billing_sends_is_known_as_one() {
    let desk = Desk::with_customers().await;
    let file = "number,customer,currency,amount,issued_on,due_on,memo\n1,C1,EUR,100,2026-05-15,2026-06-07,June\n";
    desk.bring(Kind::Invoices, file).await;
    let file =
        "number,customer,currency,amount,issued_on,due_on,memo\nSC-1,C1,EUR,5,2026-06-08,2026-07-07,Late fee for 1\n";
    desk.bring(Kind::Invoices, file).await;
    let text = "select number || ' ' || kind from invoices order by number";
    assert_eq!(desk.texts(text).await, ["1 bill", "SC-1 late_fee"]);
}

#[tokio::test]
async fn a_refund_is_known_by_its_type_and_by_what_of_the_payment_was_refunded() {
    let desk = Desk::with_customers().await;
    desk.bring(
        Kind::Invoices,
        format!("{INVOICES}1,C1,EUR,50,2026-06-15,2026-07-07\n2,C1,EUR,50,2026-06-15,2026-07-07\n"),
    )
    .await;
    let by_type = "invoice,reference,amount,paid_on,type\n1,P1,50,2026-07-01,Card\n1,P2,20,2026-07-02,Refund\n";
    assert_eq!(desk.bring(Kind::Payments, by_type).await.tally, tally(2, 2, 0, 0, 0));
    assert_eq!(desk.bring(Kind::Payments, by_type).await.tally, tally(2, 0, 0, 2, 0));
    let by_amount = "invoice,reference,amount,paid_on,status,Amount Refunded\n2,P3,50,2026-07-01,Refunded,15\n";
    desk.bring(Kind::Payments, by_amount).await;
    assert_eq!(desk.texts(OPEN).await, ["1 open 2000", "2 open 1500"]);
    desk.bring(Kind::Payments, by_amount.replace(",15\n", ",50\n")).await;
    assert_eq!(desk.texts(OPEN).await, ["1 open 2000", "2 open 5000"]);
    let failed = "invoice,reference,amount,paid_on,status\n1,P4,-50,2026-07-03,failed\n2,P5,-10,2026-07-03,\n";
    desk.bring(Kind::Payments, failed).await;
    assert_eq!(desk.texts(OPEN).await[0], "1 open 2000", "a refund that failed went nowhere");
    let of_nothing = "customer,currency,invoice,reference,amount,paid_on\nC1,EUR,,P6,-50,2026-07-03\n";
    let report = desk.bring(Kind::Payments, of_nothing).await;
    assert!(refused(&report)[0].2.starts_with("this is money that goes back, and names no bill"), "{report:?}");
}

#[tokio::test]
async fn a_column_called_paid_may_hold_words_or_amounts_and_a_state_may_be_a_dispute() {
    let desk = Desk::with_customers().await;
    let file = "number,customer,currency,amount,issued_on,due_on,Paid,Status\n\
                1,C1,EUR,50.00,2026-06-15,2026-07-07,20.00,Due in 3 days\n\
                2,C1,EUR,50.00,2026-06-15,2026-07-07,yes,Sent\n\
                3,C1,EUR,50.00,2026-06-15,2026-07-07,0.00,Disputed\n\
                4,C1,EUR,50.00,2026-06-15,2026-07-07,50.00,Refunded\n";
    assert_eq!(desk.bring(Kind::Invoices, file).await.tally, tally(4, 4, 0, 0, 0));
    assert_eq!(desk.texts(OPEN).await, ["1 open 3000", "2 open 0", "3 open 5000", "4 open 0"]);
    assert!(desk.texts(CREDIT).await.is_empty(), "what was refunded is nobody's credit");
    assert_eq!(desk.texts("select number from invoices where disputed_on is not null").await, ["3"]);
}

#[tokio::test]
async fn a_customer_who_is_another_is_brought_into_them_by_a_file() {
    let desk = Desk::new().await;
    desk.bring(Kind::Customers, "external_id,name,email\nC-7,Mira,mira@k.example\nC-9,M. Kovac,old@k.example\n").await;
    desk.bring(Kind::Invoices, format!("{INVOICES}G-1,C-9,EUR,50,2026-06-15,2026-07-07\n")).await;
    let taken = desk.bring(Kind::Customers, "external_id,name,email\nC-7,Mira,old@k.example\n").await;
    assert!(warned(&taken)[0].2.contains("candor customer merge C-9 C-7"), "{taken:?}");
    let file = "external_id,name,email,merged_into\nC-7,Mira,old@k.example,\nC-9,M. Kovac,old@k.example,C-7\n";
    let report = desk.bring(Kind::Customers, file).await;
    assert_eq!(report.tally, tally(2, 0, 2, 0, 0), "{report:?}");
    assert_eq!(desk.bring(Kind::Customers, file).await.tally, tally(2, 0, 0, 2, 0));
    assert_eq!(desk.texts("select external_id || ' ' || email from customers").await, ["C-7 old@k.example"]);
    let people = "select people.email || ' ' || external_id from people join customers on customers.id = customer_id";
    assert_eq!(desk.texts(people).await, ["old@k.example C-7"], "nobody signs in as the one who went");
    let bills = format!("{INVOICES}G-1,C-7,EUR,50,2026-06-15,2026-07-07\nG-2,C-9,EUR,60,2026-06-20,2026-07-08\n");
    assert_eq!(desk.bring(Kind::Invoices, bills).await.tally, tally(2, 1, 0, 1, 0));
    let again = desk.bring(Kind::Customers, "external_id,name\nC-9,M. Kovac\n").await;
    assert_eq!(
        warned(&again)[0].2,
        "this customer was brought into “C-7”, and everything of theirs is there: the row is passed over"
    );
    let unknown = desk.bring(Kind::Customers, "external_id,name,merged_into\nC-7,Mira,C-8\n").await;
    assert_eq!(refused(&unknown)[0].2, "no customer has the id “C-8”, so this customer stays as they are");
}

#[tokio::test]
async fn money_paid_for_a_bill_that_is_not_here_yet_pays_it_once_when_it_comes() {
    let desk = Desk::with_customers().await;
    let payments = "invoice,reference,amount,paid_on,customer,currency\n1,P1,60,2026-06-10,C1,EUR\n";
    let early = desk.bring(Kind::Payments, payments).await;
    assert_eq!(early.tally, tally(1, 1, 0, 0, 0));
    assert!(warned(&early)[0].2.starts_with("no invoice has the number “1” yet"), "{early:?}");
    assert_eq!(desk.texts(CREDIT).await, ["P1 6000 on_account"]);
    assert_eq!(desk.bring(Kind::Payments, payments).await.tally, tally(1, 0, 0, 1, 0));
    let bills = format!("{INVOICES}1,C2,EUR,50,2026-06-15,2026-07-07\n1,C1,EUR,50,2026-06-15,2026-07-07\n");
    for _ in 0..2 {
        desk.bring(Kind::Invoices, &bills).await;
        desk.bring(Kind::Payments, payments).await;
        let mut open = desk.texts(OPEN).await;
        open.sort();
        assert_eq!(open, ["1 open -1000", "1 open 5000"]);
        assert_eq!(desk.texts(CREDIT).await, ["1, paid too much 1000 too_much"]);
    }
    let without_bill = payments.replace("\n1,P1", "\n,P1");
    assert_eq!(desk.bring(Kind::Payments, without_bill).await.tally, tally(1, 0, 0, 1, 0), "it pays its bill already");
    let unnamed = desk.bring(Kind::Payments, format!("{PAYMENTS}9,P9,5,2026-06-20\n")).await;
    assert_eq!(refused(&unnamed), [(2, "invoice", "no invoice has the number “9”")]);
}

#[tokio::test]
async fn what_is_no_bill_is_not_taken_for_one() {
    let desk = Desk::with_customers().await;
    let file = "number,customer,currency,amount,issued_on,due_on,Transaction type\n\
                1,C1,EUR,50,2026-06-15,2026-07-07,Invoice\n2,C1,EUR,-50,2026-06-15,,Payment\n\
                3,C1,EUR,50,2026-06-15,2026-07-07,Estimate\n";
    let report = desk.bring(Kind::Invoices, file).await;
    assert_eq!(report.tally, tally(3, 1, 0, 0, 2));
    assert!(refused(&report)[0].2.starts_with("“Payment” is no bill"), "{report:?}");
}
