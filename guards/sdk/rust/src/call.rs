//! The imports, safe: what a guard is given, what it may do, what it may ask for.

use crate::{imports, json, Operation, Query, Record, Refusal, Result};
use alloc::vec;
use alloc::vec::Vec;

type CopyImport = unsafe extern "C" fn(*mut u8, u32, u32) -> u32;

/// All octets of one kind. They stay until the call ends, like everything of an instance.
fn whole(size: u32, copy: CopyImport) -> &'static [u8] {
    let mut octets = vec![0; size as usize];
    /* SAFETY: `copy` writes at most `size` octets. */
    let got = unsafe { copy(octets.as_mut_ptr(), 0, size) };

    octets.truncate(got as usize);
    octets.leak()
}

/// The environment: what was given with the code.
pub fn env() -> &'static [u8] {
    whole(unsafe { imports::env_size() }, imports::env_copy)
}

/// The argument of this call.
pub fn arg() -> &'static [u8] {
    whole(unsafe { imports::arg_size() }, imports::arg_copy)
}

/// The apex as text: lower case, with its final dot.
pub fn zone() -> &'static [u8] {
    whole(unsafe { imports::zone_size() }, imports::zone_copy)
}

/// The policy in force.
pub fn policy() -> &'static [u8] {
    whole(unsafe { imports::policy_size() }, imports::policy_copy)
}

/// What an earlier call has kept.
pub fn state() -> &'static [u8] {
    whole(unsafe { imports::state_size() }, imports::state_copy)
}

/// Keep this for later calls, if this one is accepted.
pub fn set_state(octets: &[u8]) {
    unsafe { imports::state_set(octets.as_ptr(), octets.len() as u32) }
}

/// Zeros while the zone is being created.
pub fn zone_id() -> [u8; 32] {
    let mut id = [0; 32];

    unsafe { imports::zone_id(id.as_mut_ptr()) };
    id
}

/// The number of the request being decided: creation is 0.
pub fn sequence() -> u64 {
    unsafe { imports::sequence() }
}

/// Seconds since 1970, a lower bound: "not before" rules are safe, "not after" rules are not.
pub fn now() -> i64 {
    unsafe { imports::now() }
}

/// Do a record operation.
pub fn apply(operation: &Operation) {
    match json::to_vec(operation) {
        Ok(octets) => apply_json(&octets),
        Err(error) => fail(error.0.as_bytes()),
    }
}

/// Do a record operation that is JSON already.
pub fn apply_json(operation: &[u8]) {
    unsafe { imports::update_record(operation.as_ptr(), operation.len() as u32) }
}

/// The records that a query finds, with what this call has changed so far. None: too many.
pub fn records(name: Option<&str>, record: Option<&str>) -> Result<Option<Vec<Record>>> {
    let query = json::to_vec(&Query { name, record })?;
    let size = unsafe { imports::records_size(query.as_ptr(), query.len() as u32) };

    if size < 0 {
        return Ok(None);
    }
    json::from_slice(whole(size as u32, imports::records_copy)).map(Some)
}

/// Hand the zone over; no code: it stays, and only the environment changes.
pub fn hand_over(code: &[u8], environment: &[u8]) {
    let mut octets = Vec::with_capacity(4 + code.len() + environment.len());

    octets.extend_from_slice(&(code.len() as u32).to_le_bytes());
    octets.extend_from_slice(code);
    octets.extend_from_slice(environment);
    hand_over_octets(&octets);
}

/// The same, as a message has it.
pub fn hand_over_octets(octets: &[u8]) {
    unsafe { imports::update_owner(octets.as_ptr(), octets.len() as u32) }
}

/// The whole new policy.
pub fn set_policy(octets: &[u8]) {
    unsafe { imports::update_policy(octets.as_ptr(), octets.len() as u32) }
}

/// The end of the zone.
pub fn remove_zone() {
    unsafe { imports::remove_zone() }
}

/// Refuse with these words.
pub fn fail(words: &[u8]) -> ! {
    unsafe { imports::fail(words.as_ptr(), words.len() as u32) }
}

/// Refuse with a DNS response code, for clients that speak DNS.
pub fn fail_code(rcode: u16, words: &str) -> ! {
    unsafe { imports::fail_code(rcode.into(), words.as_ptr(), words.len() as u32) }
}

/// The end of an entry.
pub fn decided(result: Result) {
    if let Err(Refusal(words)) = result {
        fail(words.as_bytes());
    }
}

pub fn sha256(octets: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];

    unsafe { imports::sha256(digest.as_mut_ptr(), octets.as_ptr(), octets.len() as u32) };
    digest
}

/// As Ethereum uses it.
pub fn keccak256(octets: &[u8]) -> [u8; 32] {
    let mut digest = [0; 32];

    unsafe { imports::keccak256(digest.as_mut_ptr(), octets.as_ptr(), octets.len() as u32) };
    digest
}

pub fn ed25519_verify(key: &[u8; 32], signature: &[u8; 64], message: &[u8]) -> bool {
    let (octets, size) = (message.as_ptr(), message.len() as u32);

    unsafe { imports::ed25519_verify(key.as_ptr(), signature.as_ptr(), octets, size) == 1 }
}

/// The key is uncompressed, 04 first; the signature r ‖ s.
pub fn p256_verify(key: &[u8; 65], signature: &[u8; 64], hash: &[u8; 32]) -> bool {
    unsafe { imports::p256_verify(key.as_ptr(), signature.as_ptr(), hash.as_ptr()) == 1 }
}

/// The key, uncompressed, that made the signature r ‖ s ‖ v.
pub fn secp256k1_recover(signature: &[u8; 65], hash: &[u8; 32]) -> Option<[u8; 65]> {
    let mut key = [0; 65];
    let (dest, signature) = (key.as_mut_ptr(), signature.as_ptr());
    let found = unsafe { imports::secp256k1_recover(dest, signature, hash.as_ptr()) };

    (found == 1).then_some(key)
}

/// Arithmetic modulo an odd number of `N` octets, a multiple of 8 up to 48, little-endian. Operands
/// are below the modulus; products are Montgomery's: a·b·2^(−8·N). One modulus at a time: a new one
/// takes the place of the old.
pub struct Modulus<const N: usize>(());

impl<const N: usize> Modulus<N> {
    pub fn new(modulus: &[u8; N]) -> Self {
        unsafe { imports::mod_set(modulus.as_ptr(), N as u32) };
        Self(())
    }

    pub fn multiply(&self, a: &[u8; N], b: &[u8; N]) -> [u8; N] {
        let mut result = [0; N];
        unsafe { imports::mod_mul(result.as_mut_ptr(), a.as_ptr(), b.as_ptr()) };
        result
    }

    pub fn add(&self, a: &[u8; N], b: &[u8; N]) -> [u8; N] {
        let mut result = [0; N];
        unsafe { imports::mod_add(result.as_mut_ptr(), a.as_ptr(), b.as_ptr()) };
        result
    }

    pub fn subtract(&self, a: &[u8; N], b: &[u8; N]) -> [u8; N] {
        let mut result = [0; N];
        unsafe { imports::mod_sub(result.as_mut_ptr(), a.as_ptr(), b.as_ptr()) };
        result
    }

    /// In the extension by u, u² = −1: numbers are c0, c1 for c0 + c1·u.
    pub fn multiply2(&self, a: &[[u8; N]; 2], b: &[[u8; N]; 2]) -> [[u8; N]; 2] {
        let mut result = [[0; N]; 2];
        let (dest, a, b) = (result.as_mut_ptr().cast(), a.as_ptr().cast(), b.as_ptr().cast());
        unsafe { imports::mod_mul2(dest, a, b) };
        result
    }
}
