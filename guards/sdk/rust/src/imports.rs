//! The imports of module `fdns`, exactly as docs/guard-abi.md has them.

#[link(wasm_import_module = "fdns")]
extern "C" {
    pub fn env_size() -> u32;
    pub fn env_copy(dest: *mut u8, offset: u32, size: u32) -> u32;
    pub fn arg_size() -> u32;
    pub fn arg_copy(dest: *mut u8, offset: u32, size: u32) -> u32;
    pub fn zone_size() -> u32;
    pub fn zone_copy(dest: *mut u8, offset: u32, size: u32) -> u32;
    pub fn policy_size() -> u32;
    pub fn policy_copy(dest: *mut u8, offset: u32, size: u32) -> u32;
    pub fn state_size() -> u32;
    pub fn state_copy(dest: *mut u8, offset: u32, size: u32) -> u32;
    pub fn state_set(octets: *const u8, size: u32);
    pub fn zone_id(dest: *mut u8);
    pub fn sequence() -> u64;
    pub fn now() -> i64;
    pub fn update_record(json: *const u8, size: u32);
    pub fn records_size(query: *const u8, size: u32) -> i32;
    pub fn records_copy(dest: *mut u8, offset: u32, size: u32) -> u32;
    pub fn update_owner(octets: *const u8, size: u32);
    pub fn update_policy(octets: *const u8, size: u32);
    pub fn remove_zone();
    pub fn fail(words: *const u8, size: u32) -> !;
    pub fn fail_code(rcode: u32, words: *const u8, size: u32) -> !;
    pub fn sha256(dest: *mut u8, octets: *const u8, size: u32);
    pub fn keccak256(dest: *mut u8, octets: *const u8, size: u32);
    pub fn ed25519_verify(key: *const u8, sig: *const u8, octets: *const u8, size: u32) -> i32;
    pub fn p256_verify(key: *const u8, signature: *const u8, hash: *const u8) -> i32;
    pub fn secp256k1_recover(dest: *mut u8, signature: *const u8, hash: *const u8) -> i32;
    pub fn mod_set(modulus: *const u8, size: u32);
    pub fn mod_mul(dest: *mut u8, a: *const u8, b: *const u8);
    pub fn mod_add(dest: *mut u8, a: *const u8, b: *const u8);
    pub fn mod_sub(dest: *mut u8, a: *const u8, b: *const u8);
    pub fn mod_mul2(dest: *mut u8, a: *const u8, b: *const u8);
}
