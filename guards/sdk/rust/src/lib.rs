//! The kit for writing guards in Rust: what `guards/sdk/fdns.h` is for C.
//!
//! A guard is two functions that say yes, by returning, or no, by an error, whose text the owner
//! reads. `guard!` makes them the module's entries:
//!
//! ```ignore
//! fdns::guard! {
//!     argument: "sworn-update-v1+ed25519",
//!     setup: setup,
//!     update: update,
//! }
//!
//! fn setup() -> fdns::Result { ... }
//! fn update() -> fdns::Result { ... }
//! ```
//!
//! No standard library, no floating point, no memory given back: a call is short, and its instance
//! ends with it. Compiled for anything but WebAssembly the imports are those of `mock`, so that
//! `cargo test` can run a guard.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

mod call;
pub mod eth;
pub mod json;
mod keys;
mod message;
mod operation;
mod readable;
mod refusal;

#[cfg(target_arch = "wasm32")]
mod imports;
#[cfg(not(target_arch = "wasm32"))]
pub mod mock;
#[cfg(target_arch = "wasm32")]
mod runtime;
#[cfg(not(target_arch = "wasm32"))]
use mock as imports;

pub use call::*;
pub use keys::{
    check_signatures, key_of_environment, signatures_of, signed_message, Ed25519, Key, KeySet,
    OwnerKey, Secp256k1, Signature, Signed, P256,
};
pub use message::{Kind, Message, MessageOperation, Operations, Owner};
pub use operation::{Mode, Operation, Query, Record};
pub use readable::{change_line, changes_of, readable};
pub use refusal::{Refusal, Result};

/// The text as an array, for what `guard!` puts into the custom section.
pub const fn octets_of<const N: usize>(text: &str) -> [u8; N] {
    let mut octets = [0; N];
    let mut at = 0;

    while at < N {
        octets[at] = text.as_bytes()[at];
        at += 1;
    }
    octets
}

/// Make a module of two functions without parameters that return `fdns::Result`, and name the
/// format of the argument that they take, so that tools can make it.
#[macro_export]
macro_rules! guard {
    (argument: $argument:literal, setup: $setup:path, update: $update:path $(,)?) => {
        #[cfg(target_arch = "wasm32")]
        const _: () = {
            #[used]
            #[link_section = "fdns.argument"]
            static ARGUMENT: [u8; $argument.len()] = $crate::octets_of($argument);

            #[export_name = "setup"]
            extern "C" fn fdns_setup() {
                $crate::decided($setup())
            }

            #[export_name = "handle_update_request"]
            extern "C" fn fdns_update() {
                $crate::decided($update())
            }
        };
        #[cfg(not(target_arch = "wasm32"))]
        const _: [fn() -> $crate::Result; 2] = [$setup, $update];
    };
}

/// Refuse the request from anywhere in a function that returns `fdns::Result`.
#[macro_export]
macro_rules! refuse {
    ($($words:tt)*) => {
        return ::core::result::Result::Err($crate::Refusal::from(::core::format_args!($($words)*)))
    };
}
