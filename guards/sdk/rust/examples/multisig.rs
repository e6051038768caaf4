//! The zone belongs to m of n keys of any type together.
//!
//!   environment = u8 n ‖ n keys ‖ u8 m
//!   argument    = u8 count ‖ count × (u8 index of the key ‖ signature) ‖ message
#![cfg_attr(target_arch = "wasm32", no_std)]

use fdns::{check_signatures, refuse, signatures_of, KeySet, Message, Result};

fdns::guard! {
    argument: "sworn-update-v1+keys",
    setup: setup,
    update: update,
}

fn owners() -> Result<(KeySet<'static>, usize)> {
    let mut environment = fdns::env();
    let keys = KeySet::take(&mut environment)?;

    match *environment {
        [enough] if enough > 0 && usize::from(enough) <= keys.0.len() => Ok((keys, enough.into())),
        [enough] => refuse!("environment: {enough} of {} keys cannot be wanted", keys.0.len()),
        _ => refuse!("environment: how many have to sign is missing, or not the last"),
    }
}

fn setup() -> Result {
    if fdns::sequence() == 0 {
        return update();
    }
    owners()?;
    if !fdns::arg().is_empty() {
        refuse!("argument must be empty after a change of owner");
    }
    Ok(())
}

fn update() -> Result {
    let (keys, enough) = owners()?;
    let (signatures, octets) = signatures_of(fdns::arg(), &keys)?;

    if signatures.len() < enough {
        refuse!("signatures: {}, must be {enough}", signatures.len());
    }
    check_signatures(&keys, &signatures, octets)?;
    let message = Message::parse(octets)?;
    message.check()?;
    message.apply()
}
