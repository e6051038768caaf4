//! What Ethereum wallets sign, given a message: see guards/sdk/fdns/eth.h.

use crate::{changes_of, keccak256, Message};
use alloc::format;
use alloc::vec::Vec;

/// personal_sign (EIP-191) of the readable text.
pub fn personal(text: &str) -> [u8; 32] {
    keccak256(format!("\x19Ethereum Signed Message:\n{}{text}", text.len()).as_bytes())
}

/// Typed data (EIP-712): `Update(string zone,bytes32 zoneId,uint64 sequence,string[] changes)`.
pub fn typed(message: &Message, text: &str) -> [u8; 32] {
    let mut sequence = [0; 32];
    sequence[24..].copy_from_slice(&message.sequence.to_be_bytes());
    let lines: Vec<u8> = changes_of(text).flat_map(|line| keccak256(line.as_bytes())).collect();
    let domain = structure(
        "EIP712Domain(string name,string version)",
        &[keccak256(b"sworn"), keccak256(b"1")],
    );
    let update = structure(
        "Update(string zone,bytes32 zoneId,uint64 sequence,string[] changes)",
        &[keccak256(message.apex), *message.zone_id, sequence, keccak256(&lines)],
    );

    keccak256(&[&[0x19, 0x01], &domain[..], &update[..]].concat())
}

fn structure(kind: &str, fields: &[[u8; 32]]) -> [u8; 32] {
    let mut octets = keccak256(kind.as_bytes()).to_vec();

    octets.extend(fields.iter().flatten());
    keccak256(&octets)
}

/// The address of an uncompressed public key.
pub fn address(key: &[u8; 65]) -> [u8; 20] {
    let digest = keccak256(&key[1..]);
    let mut address = [0; 20];

    address.copy_from_slice(&digest[12..]);
    address
}
