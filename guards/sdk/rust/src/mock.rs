//! The imports where there is no server: what a guard is given is set by a test, what it does is
//! there to be looked at. One for each thread.
//!
//! ```
//! use fdns::mock;
//!
//! mock::begin(mock::Host { zone: b"demo.test.".to_vec(), ..Default::default() });
//! let refusal = mock::refusal_of(|| fdns::fail(b"no"));
//! assert_eq!(refusal.as_deref(), Some("no"));
//! ```
//!
//! Record operations are kept, not done: `records` finds what the test says. Signatures are right
//! when the test's function says so.
#![allow(clippy::missing_safety_doc)]

use sha2::{Digest, Sha256};
use sha3::Keccak256;
use std::cell::RefCell;
use std::panic::{catch_unwind, resume_unwind, AssertUnwindSafe};

/// Whether key, signature, message or hash belong together.
pub type Verify = fn(key: &[u8], signature: &[u8], message: &[u8]) -> bool;
/// The key that made the signature of a hash.
pub type Recover = fn(signature: &[u8], hash: &[u8]) -> Option<[u8; 65]>;

pub struct Host {
    pub environment: Vec<u8>,
    pub argument: Vec<u8>,
    pub zone: Vec<u8>,
    pub policy: Vec<u8>,
    pub state: Vec<u8>,
    pub zone_id: [u8; 32],
    pub sequence: u64,
    pub now: i64,
    /// The JSON that any query is answered with; None: too many.
    pub records: Option<String>,
    pub ed25519: Verify,
    pub p256: Verify,
    pub secp256k1: Recover,
    /// What the guard did: operations as JSON, and the rest.
    pub done: Vec<String>,
    pub new_state: Option<Vec<u8>>,
    pub new_owner: Option<Vec<u8>>,
    pub new_policy: Option<Vec<u8>>,
    pub removed: bool,
}

impl Default for Host {
    fn default() -> Self {
        Self {
            environment: Vec::new(),
            argument: Vec::new(),
            zone: b"demo.test.".to_vec(),
            policy: Vec::new(),
            state: Vec::new(),
            zone_id: [0; 32],
            sequence: 0,
            now: 0,
            records: Some("[]".into()),
            ed25519: |_, _, _| false,
            p256: |_, _, _| false,
            secp256k1: |_, _| None,
            done: Vec::new(),
            new_state: None,
            new_owner: None,
            new_policy: None,
            removed: false,
        }
    }
}

thread_local! {
    static HOST: RefCell<Host> = RefCell::default();
}

/// The host of this thread from now on.
pub fn begin(host: Host) {
    HOST.with(|here| *here.borrow_mut() = host);
}

/// Look at it, or change it.
pub fn with<T>(look: impl FnOnce(&mut Host) -> T) -> T {
    HOST.with(|here| look(&mut here.borrow_mut()))
}

struct Failed(String);

/// The message with which `call` refuses, None when it accepts.
pub fn refusal_of<T>(call: impl FnOnce() -> T) -> Option<String> {
    match catch_unwind(AssertUnwindSafe(call)) {
        Ok(_) => None,
        Err(cause) => match cause.downcast::<Failed>() {
            Ok(failed) => Some(failed.0),
            Err(cause) => resume_unwind(cause),
        },
    }
}

unsafe fn octets<'a>(start: *const u8, size: u32) -> &'a [u8] {
    unsafe { std::slice::from_raw_parts(start, size as usize) }
}

unsafe fn put(dest: *mut u8, from: &[u8]) {
    unsafe { dest.copy_from_nonoverlapping(from.as_ptr(), from.len()) }
}

unsafe fn copy(data: &[u8], dest: *mut u8, offset: u32, size: u32) -> u32 {
    let left = data.get(offset as usize..).unwrap_or(&[]);
    let left = &left[..left.len().min(size as usize)];

    unsafe { put(dest, left) };
    left.len() as u32
}

macro_rules! data {
    ($($size:ident $copy:ident $member:ident),*) => {
        $(pub unsafe extern "C" fn $size() -> u32 {
            with(|host| host.$member.len() as u32)
        }

        pub unsafe extern "C" fn $copy(dest: *mut u8, offset: u32, size: u32) -> u32 {
            with(|host| unsafe { copy(&host.$member, dest, offset, size) })
        })*
    };
}

data!(env_size env_copy environment, arg_size arg_copy argument, zone_size zone_copy zone,
      policy_size policy_copy policy, state_size state_copy state);

pub unsafe fn state_set(start: *const u8, size: u32) {
    with(|host| host.new_state = Some(unsafe { octets(start, size) }.to_vec()))
}

pub unsafe fn zone_id(dest: *mut u8) {
    with(|host| unsafe { put(dest, &host.zone_id) })
}

pub unsafe fn sequence() -> u64 {
    with(|host| host.sequence)
}

pub unsafe fn now() -> i64 {
    with(|host| host.now)
}

pub unsafe fn update_record(start: *const u8, size: u32) {
    let json = String::from_utf8_lossy(unsafe { octets(start, size) }).into_owned();

    with(|host| host.done.push(json))
}

pub unsafe fn records_size(_: *const u8, _: u32) -> i32 {
    with(|host| host.records.as_ref().map_or(-1, |records| records.len() as i32))
}

pub unsafe extern "C" fn records_copy(dest: *mut u8, offset: u32, size: u32) -> u32 {
    with(|host| {
        let records = host.records.as_deref().unwrap_or("");
        unsafe { copy(records.as_bytes(), dest, offset, size) }
    })
}

pub unsafe fn update_owner(start: *const u8, size: u32) {
    with(|host| host.new_owner = Some(unsafe { octets(start, size) }.to_vec()))
}

pub unsafe fn update_policy(start: *const u8, size: u32) {
    with(|host| host.new_policy = Some(unsafe { octets(start, size) }.to_vec()))
}

pub unsafe fn remove_zone() {
    with(|host| host.removed = true)
}

pub unsafe fn fail(start: *const u8, size: u32) -> ! {
    let words = String::from_utf8_lossy(unsafe { octets(start, size) }).into_owned();

    resume_unwind(Box::new(Failed(words)))
}

pub unsafe fn fail_code(_: u32, start: *const u8, size: u32) -> ! {
    unsafe { fail(start, size) }
}

pub unsafe fn sha256(dest: *mut u8, start: *const u8, size: u32) {
    unsafe { put(dest, &Sha256::digest(octets(start, size))) }
}

pub unsafe fn keccak256(dest: *mut u8, start: *const u8, size: u32) {
    unsafe { put(dest, &Keccak256::digest(octets(start, size))) }
}

pub unsafe fn ed25519_verify(key: *const u8, sig: *const u8, start: *const u8, size: u32) -> i32 {
    let verify = with(|host| host.ed25519);

    unsafe { verify(octets(key, 32), octets(sig, 64), octets(start, size)).into() }
}

pub unsafe fn p256_verify(key: *const u8, signature: *const u8, hash: *const u8) -> i32 {
    let verify = with(|host| host.p256);

    unsafe { verify(octets(key, 65), octets(signature, 64), octets(hash, 32)).into() }
}

pub unsafe fn secp256k1_recover(dest: *mut u8, signature: *const u8, hash: *const u8) -> i32 {
    let recover = with(|host| host.secp256k1);

    match unsafe { recover(octets(signature, 65), octets(hash, 32)) } {
        Some(key) => {
            unsafe { put(dest, &key) };
            1
        }
        None => 0,
    }
}

pub unsafe fn mod_set(_: *const u8, _: u32) {
    unimplemented!("modular arithmetic is only there in a server")
}

pub unsafe fn mod_mul(_: *mut u8, _: *const u8, _: *const u8) {
    unimplemented!()
}

pub unsafe fn mod_add(_: *mut u8, _: *const u8, _: *const u8) {
    unimplemented!()
}

pub unsafe fn mod_sub(_: *mut u8, _: *const u8, _: *const u8) {
    unimplemented!()
}

pub unsafe fn mod_mul2(_: *mut u8, _: *const u8, _: *const u8) {
    unimplemented!()
}
