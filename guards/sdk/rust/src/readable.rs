//! A message as text for people, what a wallet shows and signs: the same octets as
//! guards/sdk/fdns/readable.h makes, which says why each line is as it is.

use crate::{json, refuse, Kind, Message, MessageOperation, Mode, Operation, Operations};
use crate::{Owner, Refusal, Result};
use alloc::format;
use alloc::string::String;
use core::fmt::Write;

/// Environments up to this are shown whole.
const ENVIRONMENT_SHOWN: usize = 256;

fn hex(octets: &[u8]) -> String {
    let mut text = String::with_capacity(2 + 2 * octets.len());

    text.push_str("0x");
    for octet in octets {
        let _ = write!(text, "{octet:02x}");
    }
    text
}

fn hashed(octets: &[u8]) -> String {
    format!("sha256 {} ({} octets)", hex(&crate::sha256(octets)), octets.len())
}

fn printable(text: &str, least: u8) -> bool {
    text.bytes().all(|octet| (least..=0x7E).contains(&octet))
}

fn name(name: &str) -> Result<&str> {
    match name {
        "" => Ok("@"),
        _ if printable(name, 0x21) => Ok(name),
        _ => Err("a name holds other than printable ASCII".into()),
    }
}

fn record_type(record: &str) -> Result<&str> {
    if record.is_empty() || record == "*" || !printable(record, 0x21) {
        refuse!("a type is empty, \"*\" or holds other than printable ASCII");
    }
    Ok(record)
}

fn seconds(ttl: &Option<String>) -> Result<&str> {
    match ttl.as_deref() {
        None | Some("auto") => Ok("auto"),
        Some(ttl) if !ttl.is_empty() && ttl.bytes().all(|c| c.is_ascii_digit()) => Ok(ttl),
        Some(_) => Err("a ttl is not a number".into()),
    }
}

/// The line of a record operation that is JSON.
pub fn change_line(octets: &[u8]) -> Result<String> {
    match json::from_slice(octets)? {
        Operation::Clear => Ok("clear".into()),
        Operation::RemoveRecords { record, name: of, index } => {
            let mut line = match of {
                None => String::from("remove-everywhere "),
                Some(of) => format!("remove {} ", name(&of)?),
            };
            line.push_str(record.as_deref().map_or(Ok("*"), record_type)?);
            match index {
                None => Ok(line),
                Some(index) if index <= i64::MAX as u64 => Ok(format!("{line} #{index}")),
                Some(_) => Err("an operation's JSON is not as it has to be".into()),
            }
        }
        Operation::UpdateRecord { mode, record, name: of, content, ttl } => {
            let verb = if mode == Mode::Set { "set" } else { "add" };
            let (of, ttl, record) = (name(&of)?, seconds(&ttl)?, record_type(&record)?);

            if !printable(&content, 0x20) {
                refuse!("a record's content holds other than printable ASCII");
            }
            Ok(format!("{verb} {of} {ttl} {record} {content}"))
        }
    }
}

fn owner_line(octets: &[u8]) -> Result<String> {
    let owner = Owner::parse(octets)?;
    let code = match owner.code {
        [] => String::from("same code"),
        code => format!("code {}", hashed(code)),
    };
    let environment = match owner.environment {
        environment if environment.len() > ENVIRONMENT_SHOWN => hashed(environment),
        environment => hex(environment),
    };

    Ok(format!("owner {code}, environment {environment}"))
}

/// The line of an operation that holds no others.
fn line(operation: &MessageOperation) -> Result<String> {
    match operation.kind {
        Kind::Record => change_line(operation.octets),
        Kind::Owner => owner_line(operation.octets),
        Kind::Policy => Ok(format!("policy {}", hex(operation.octets))),
        Kind::Remove if operation.octets.is_empty() => Ok("remove this zone".into()),
        Kind::Remove => Err("an operation that removes the zone holds octets".into()),
        _ => Err("an operation is of a kind that has no words".into()),
    }
}

fn put_nested(text: &mut String, octets: &[u8]) -> Result {
    for operation in Operations(octets) {
        text.push_str("\n  ");
        text.push_str(&line(&operation?)?);
    }
    Ok(())
}

/// The text of a message; refuses one that has none.
pub fn readable(message: &Message) -> Result<String> {
    let apex = core::str::from_utf8(message.apex).ok().filter(|apex| printable(apex, 0x21));
    let Some(apex) = apex else {
        refuse!("the zone's name holds other than printable ASCII");
    };
    let id = hex(message.zone_id);
    let mut text =
        format!("sworn update\nzone: {apex}\nzone id: {id}\nsequence: {}", message.sequence);

    for (number, operation) in message.operations.enumerate() {
        let operation = operation?;

        text.push_str(if number == 0 { "\n\n" } else { "\n" });
        match operation.kind {
            Kind::Announce => text.push_str("announce:"),
            Kind::Execute => text.push_str("execute:"),
            Kind::Cancel if operation.octets.len() == 32 => {
                text.push_str("cancel ");
                text.push_str(&hex(operation.octets));
            }
            Kind::Cancel => return Err("an operation that cancels does not hold a hash".into()),
            _ => text.push_str(&line(&operation)?),
        }
        if matches!(operation.kind, Kind::Announce | Kind::Execute) {
            put_nested(&mut text, operation.octets)?;
        }
    }
    Ok(text)
}

/// The lines behind the empty one.
pub fn changes_of(text: &str) -> impl Iterator<Item = &str> {
    text.split_once("\n\n").map(|(_, changes)| changes.split('\n')).into_iter().flatten()
}

/// As a wallet's guard refuses what its wallet could not show.
pub(crate) fn for_wallets(message: &Message) -> Result<String> {
    readable(message)
        .map_err(|Refusal(why)| Refusal(format!("a wallet cannot show this message: {why}")))
}
