//! Keys of several types, and what they have signed.
//!
//!   key       = u8 type ‖ octets
//!   key set   = u8 n ‖ n × key                  at the beginning of an environment
//!   argument  = u8 count ‖ count × (u8 index of the key ‖ signature) ‖ message

use crate::message::{take, take_array};
use crate::readable::for_wallets;
use crate::{eth, refuse, Message, Refusal, Result};
use alloc::string::String;
use alloc::vec::Vec;

/// A type of key. Guards of one type carry the code of that type alone.
pub trait OwnerKey: Sized {
    const SIZE: usize;
    const SIGNATURE_SIZE: usize = 64;

    /// SIZE octets as a key.
    fn of(octets: &'static [u8]) -> Result<Self>;

    /// Whether this key made this signature of the message. Refuses a scheme of wallets that there
    /// is not, and for the others a message that has no text.
    fn made(&self, signature: &[u8], message: &mut Signed) -> Result<bool>;
}

/// 32 octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ed25519<'a>(pub &'a [u8; 32]);

/// Uncompressed: 04 first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct P256<'a>(pub &'a [u8; 65]);

/// An Ethereum address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Secp256k1<'a>(pub &'a [u8; 20]);

fn array<const N: usize>(octets: &[u8]) -> Result<&[u8; N]> {
    octets.try_into().map_err(|_| Refusal::from("a key is of another size"))
}

impl<'a> P256<'a> {
    fn uncompressed(octets: &'a [u8; 65]) -> Result<Self> {
        if octets[0] != 4 {
            refuse!("a P-256 key is not uncompressed: its first octet is not 04");
        }
        Ok(Self(octets))
    }
}

impl OwnerKey for Ed25519<'static> {
    const SIZE: usize = 32;

    fn of(octets: &'static [u8]) -> Result<Self> {
        array(octets).map(Self)
    }

    fn made(&self, signature: &[u8], message: &mut Signed) -> Result<bool> {
        Ok(message.is_by_ed25519(*self, signature))
    }
}

impl OwnerKey for P256<'static> {
    const SIZE: usize = 65;

    fn of(octets: &'static [u8]) -> Result<Self> {
        array(octets).and_then(Self::uncompressed)
    }

    fn made(&self, signature: &[u8], message: &mut Signed) -> Result<bool> {
        Ok(message.is_by_p256(*self, signature))
    }
}

impl OwnerKey for Secp256k1<'static> {
    const SIZE: usize = 20;
    const SIGNATURE_SIZE: usize = 66;

    fn of(octets: &'static [u8]) -> Result<Self> {
        array(octets).map(Self)
    }

    fn made(&self, signature: &[u8], message: &mut Signed) -> Result<bool> {
        message.is_by_secp256k1(*self, signature)
    }
}

/// A message, and what the key types make of it once one of them asks.
pub struct Signed<'a> {
    pub octets: &'a [u8],
    hash: Option<[u8; 32]>,
    text: Option<String>,
}

impl<'a> Signed<'a> {
    pub fn new(octets: &'a [u8]) -> Self {
        Self { octets, hash: None, text: None }
    }

    pub fn is_by_ed25519(&self, key: Ed25519, signature: &[u8]) -> bool {
        signature.try_into().is_ok_and(|s| crate::ed25519_verify(key.0, s, self.octets))
    }

    pub fn is_by_p256(&mut self, key: P256, signature: &[u8]) -> bool {
        let hash = self.hash.get_or_insert_with(|| crate::sha256(self.octets));

        signature.try_into().is_ok_and(|signature| crate::p256_verify(key.0, signature, hash))
    }

    pub fn is_by_secp256k1(&mut self, key: Secp256k1, signature: &[u8]) -> Result<bool> {
        Ok(self.wallet(signature)? == Some(*key.0))
    }

    /// Whose wallet has signed: u8 scheme ‖ r ‖ s ‖ v. None when nobody can have.
    pub fn wallet(&mut self, signature: &[u8]) -> Result<Option<[u8; 20]>> {
        let [scheme, signature @ ..] = signature else {
            return Ok(None);
        };
        if !matches!(scheme, 1 | 2) {
            refuse!("no signature scheme has number {scheme}: 1 is personal_sign, 2 typed data");
        }
        let message = Message::parse(self.octets)?;
        let text = match &self.text {
            Some(text) => text,
            None => self.text.insert(for_wallets(&message)?),
        };
        let digest = match scheme {
            1 => eth::personal(text),
            _ => eth::typed(&message, text),
        };
        let key = signature.try_into().ok().and_then(|s| crate::secp256k1_recover(s, &digest));

        Ok(key.map(|key| eth::address(&key)))
    }
}

/// The whole environment as a key.
pub fn key_of_environment<K: OwnerKey>() -> Result<K> {
    let environment = crate::env();

    if environment.len() != K::SIZE {
        refuse!("environment has {} octets, must have {}", environment.len(), K::SIZE);
    }
    K::of(environment)
}

/// The argument of a guard of one key, message ‖ signature, once the signature is right.
pub fn signed_message<K: OwnerKey>(key: &K) -> Result<Message<'static>> {
    let argument = crate::arg();

    if argument.is_empty() {
        refuse!("argument is empty, must be a signed message");
    }
    let Some(size) = argument.len().checked_sub(K::SIGNATURE_SIZE) else {
        refuse!("argument is shorter than a signature");
    };
    let (message, signature) = argument.split_at(size);
    if !key.made(signature, &mut Signed::new(message))? {
        refuse!("signature does not match the owner's key");
    }
    Message::parse(message)
}

/// A key of any type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    Ed25519(Ed25519<'a>),
    P256(P256<'a>),
    Secp256k1(Secp256k1<'a>),
}

impl<'a> Key<'a> {
    fn take(octets: &mut &'a [u8]) -> Result<Self> {
        let cut = || Refusal::from("a key is cut short");
        let [kind] = *take_array(octets).ok_or_else(cut)?;

        Ok(match kind {
            1 => Self::Ed25519(Ed25519(take_array(octets).ok_or_else(cut)?)),
            2 => Self::P256(P256::uncompressed(take_array(octets).ok_or_else(cut)?)?),
            3 => Self::Secp256k1(Secp256k1(take_array(octets).ok_or_else(cut)?)),
            _ => refuse!("a key is of a type that is not known"),
        })
    }

    /// Octets of one of its signatures.
    pub fn signature_size(&self) -> usize {
        match self {
            Self::Secp256k1(_) => 66,
            _ => 64,
        }
    }

    /// As `OwnerKey` has it.
    pub fn made(&self, signature: &[u8], message: &mut Signed) -> Result<bool> {
        match self {
            Self::Ed25519(key) => Ok(message.is_by_ed25519(*key, signature)),
            Self::P256(key) => Ok(message.is_by_p256(*key, signature)),
            Self::Secp256k1(key) => message.is_by_secp256k1(*key, signature),
        }
    }
}

/// At least one key, none of them twice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySet<'a>(pub Vec<Key<'a>>);

impl<'a> KeySet<'a> {
    /// The set at the front of `octets`; what follows it stays there.
    pub fn take(octets: &mut &'a [u8]) -> Result<Self> {
        let Some([count]) = take_array(octets) else {
            refuse!("there is no key set");
        };
        let mut keys = Vec::with_capacity((*count).into());

        if *count == 0 {
            refuse!("the key set is empty");
        }
        for _ in 0..*count {
            let key = Key::take(octets)?;
            if keys.contains(&key) {
                refuse!("a key is there twice");
            }
            keys.push(key);
        }
        Ok(Self(keys))
    }
}

/// A signature by a key of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature<'a> {
    pub key: usize,
    pub octets: &'a [u8],
}

/// An argument's signatures, not yet checked, and the message.
pub fn signatures_of<'a>(
    mut argument: &'a [u8],
    keys: &KeySet,
) -> Result<(Vec<Signature<'a>>, &'a [u8])> {
    let cut = || Refusal::from("a signature is cut short");
    let Some([count]) = take_array(&mut argument) else {
        refuse!("argument is empty, must be signatures and a message");
    };
    let mut signatures: Vec<Signature> = Vec::with_capacity((*count).into());

    for _ in 0..*count {
        let [index] = *take_array(&mut argument).ok_or_else(cut)?;
        let key = usize::from(index);
        let Some(kind) = keys.0.get(key) else {
            refuse!("a signature is by a key that is not in the set");
        };
        if signatures.last().is_some_and(|last| last.key >= key) {
            refuse!("signatures are not in the order of their keys, each once");
        }
        let octets = take(&mut argument, kind.signature_size()).ok_or_else(cut)?;
        signatures.push(Signature { key, octets });
    }
    Ok((signatures, argument))
}

/// Refuses unless each is a signature of the message by its key.
pub fn check_signatures(keys: &KeySet, signatures: &[Signature], message: &[u8]) -> Result {
    let mut signed = Signed::new(message);

    for signature in signatures {
        if !keys.0[signature.key].made(signature.octets, &mut signed)? {
            refuse!("signature does not match key {} of the set", signature.key);
        }
    }
    Ok(())
}
