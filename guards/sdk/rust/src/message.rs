//! The message that owners sign for the library's guards.
//!
//!   message    = "sworn-update-v1" 00 ‖ u16 length ‖ apex ‖ 32 zone id ‖ u64 sequence ‖ operations
//!   operations = repeated (u8 kind ‖ u32 length ‖ octets)

use crate::{refuse, Refusal, Result};

const LABEL: &[u8] = b"sworn-update-v1\0";

/// What an operation of a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The JSON of a record operation.
    Record = 1,
    /// What `hand_over_octets` takes.
    Owner = 2,
    /// What `set_policy` takes.
    Policy = 3,
    /// Nothing: the zone ends.
    Remove = 4,
    /// Operations of the kinds above: what is going to be done.
    Announce = 16,
    /// Operations that were announced.
    Execute = 17,
    /// SHA-256 of announced operations.
    Cancel = 18,
}

impl Kind {
    fn of(number: u8) -> Result<Self> {
        Ok(match number {
            1 => Self::Record,
            2 => Self::Owner,
            3 => Self::Policy,
            4 => Self::Remove,
            16 => Self::Announce,
            17 => Self::Execute,
            18 => Self::Cancel,
            _ => refuse!("no operation has kind {number}"),
        })
    }
}

/// Take octets from the front; None when there are not as many.
pub(crate) fn take<'a>(left: &mut &'a [u8], size: usize) -> Option<&'a [u8]> {
    let (taken, rest) = left.split_at_checked(size)?;

    *left = rest;
    Some(taken)
}

/// The same as an array.
pub(crate) fn take_array<'a, const N: usize>(left: &mut &'a [u8]) -> Option<&'a [u8; N]> {
    take(left, N)?.try_into().ok()
}

#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    pub apex: &'a [u8],
    pub zone_id: &'a [u8; 32],
    pub sequence: u64,
    pub operations: Operations<'a>,
}

impl<'a> Message<'a> {
    pub fn parse(mut octets: &'a [u8]) -> Result<Self> {
        if take(&mut octets, LABEL.len()) != Some(LABEL) {
            refuse!("the message does not begin with sworn-update-v1");
        }
        Self::parse_fields(octets).ok_or_else(|| Refusal::from("the message is cut short"))
    }

    fn parse_fields(mut octets: &'a [u8]) -> Option<Self> {
        let size = u16::from_be_bytes(*take_array(&mut octets)?);

        Some(Self {
            apex: take(&mut octets, size.into())?,
            zone_id: take_array(&mut octets)?,
            sequence: u64::from_be_bytes(*take_array(&mut octets)?),
            operations: Operations(octets),
        })
    }

    /// Is it for this zone, at this server, now?
    pub fn check(&self) -> Result {
        let sequence = crate::sequence();
        let id = if sequence == 0 { [0; 32] } else { crate::zone_id() };

        if self.apex != crate::zone() {
            refuse!("message is for another zone: {}", self.apex.escape_ascii());
        }
        if *self.zone_id != id {
            refuse!(
                "{}",
                match sequence {
                    0 => "message names a zone id, and must not at creation",
                    _ => "message is for another zone: its zone id is not this zone's",
                }
            );
        }
        if self.sequence != sequence {
            refuse!("sequence is {}, must be {sequence}", self.sequence);
        }
        Ok(())
    }

    /// Do what it says, in its order.
    pub fn apply(&self) -> Result {
        for operation in self.operations {
            let operation = operation?;
            let octets = operation.octets;

            match operation.kind {
                Kind::Record => crate::apply_json(octets),
                Kind::Owner => crate::hand_over_octets(octets),
                Kind::Policy => crate::set_policy(octets),
                Kind::Remove if octets.is_empty() => crate::remove_zone(),
                Kind::Remove => refuse!("an operation that removes the zone holds octets"),
                kind => refuse!("this guard has no operations of kind {}", kind as u8),
            }
        }
        Ok(())
    }
}

/// One operation of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MessageOperation<'a> {
    pub kind: Kind,
    pub octets: &'a [u8],
}

impl MessageOperation<'_> {
    /// What a record operation says.
    pub fn record(&self) -> Result<crate::Operation> {
        crate::json::from_slice(self.octets)
    }
}

/// The operations that are left.
#[derive(Debug, Clone, Copy)]
pub struct Operations<'a>(pub &'a [u8]);

impl<'a> Operations<'a> {
    fn parse(&mut self) -> Result<MessageOperation<'a>> {
        let cut = || Refusal::from("an operation of the message is cut short");
        let [kind] = *take_array(&mut self.0).ok_or_else(cut)?;
        let size = u32::from_be_bytes(*take_array(&mut self.0).ok_or_else(cut)?);
        let octets = take(&mut self.0, size as usize).ok_or_else(cut)?;

        Ok(MessageOperation { kind: Kind::of(kind)?, octets })
    }
}

impl<'a> Iterator for Operations<'a> {
    type Item = Result<MessageOperation<'a>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let operation = self.parse();
        if operation.is_err() {
            self.0 = &[];
        }
        Some(operation)
    }
}

/// What a change of owner gives: u32 n, little-endian ‖ n octets of code ‖ environment.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// None of it: the code stays.
    pub code: &'a [u8],
    pub environment: &'a [u8],
}

impl<'a> Owner<'a> {
    pub fn parse(mut octets: &'a [u8]) -> Result<Self> {
        let size = take_array(&mut octets).map(|size| u32::from_le_bytes(*size));

        match size.and_then(|size| take(&mut octets, size as usize)) {
            Some(code) => Ok(Self { code, environment: octets }),
            None => Err("an operation that changes the owner is cut short".into()),
        }
    }
}
