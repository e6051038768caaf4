//! The zone belongs to one Ed25519 key: where your own guard begins.
//!
//!   environment = 32 octets of public key
//!   argument    = message ‖ 64 octets of signature
#![cfg_attr(target_arch = "wasm32", no_std)]

use fdns::{key_of_environment, refuse, signed_message, Ed25519, Result};

fdns::guard! {
    argument: "sworn-update-v1+ed25519",
    setup: setup,
    update: update,
}

/// The zone comes into being, or another guard has handed it over.
fn setup() -> Result {
    if fdns::sequence() == 0 {
        return update();
    }
    key_of_environment::<Ed25519>()?;
    if !fdns::arg().is_empty() {
        refuse!("argument must be empty after a change of owner");
    }
    Ok(())
}

/// Somebody wants the zone to change: return, and it does.
fn update() -> Result {
    let owner = key_of_environment::<Ed25519>()?;
    let message = signed_message(&owner)?;

    message.check()?;
    message.apply()
}
