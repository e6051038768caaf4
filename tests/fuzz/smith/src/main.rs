//! Valid WebAssembly modules made at random by wasm-smith, always the same for the same number.
//!
//!   smith FIRST COUNT >FILE
//!   FILE = COUNT × (u32 size, little-endian ‖ module)
//!
//! All of them export what a guard has to and import some of module `fdns`. By their number modulo
//! 4: two of what the engine takes, one with all that WebAssembly has, one by rules made at random.

use arbitrary::{Arbitrary, Unstructured};
use std::io::{self, Write};
use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection,
    MemorySection, MemoryType, Module, TypeSection, ValType,
};
use wasm_smith::Config;

/// Names and types as the ABI has them (docs/guard-abi.md): i for i32, I for i64.
const IMPORTS: [(&str, &str, &str); 32] = [
    ("env_size", "", "i"),
    ("env_copy", "iii", "i"),
    ("arg_size", "", "i"),
    ("arg_copy", "iii", "i"),
    ("zone_size", "", "i"),
    ("zone_copy", "iii", "i"),
    ("policy_size", "", "i"),
    ("policy_copy", "iii", "i"),
    ("state_size", "", "i"),
    ("state_copy", "iii", "i"),
    ("state_set", "ii", ""),
    ("zone_id", "i", ""),
    ("sequence", "", "I"),
    ("now", "", "I"),
    ("update_record", "ii", ""),
    ("records_size", "ii", "i"),
    ("records_copy", "iii", "i"),
    ("update_owner", "ii", ""),
    ("update_policy", "ii", ""),
    ("remove_zone", "", ""),
    ("fail", "ii", ""),
    ("fail_code", "iii", ""),
    ("sha256", "iii", ""),
    ("keccak256", "iii", ""),
    ("ed25519_verify", "iiii", "i"),
    ("p256_verify", "iii", "i"),
    ("secp256k1_recover", "iii", "i"),
    ("mod_set", "ii", ""),
    ("mod_mul", "iii", ""),
    ("mod_add", "iii", ""),
    ("mod_sub", "iii", ""),
    ("mod_mul2", "iii", ""),
];

fn types_of(letters: &str) -> Vec<ValType> {
    letters.bytes().map(|one| if one == b'I' { ValType::I64 } else { ValType::I32 }).collect()
}

/// A module that imports everything.
fn imports() -> Vec<u8> {
    let (mut types, mut imports) = (TypeSection::new(), ImportSection::new());

    for (index, (name, parameters, results)) in (0..).zip(IMPORTS) {
        types.ty().function(types_of(parameters), types_of(results));
        imports.import("fdns", name, EntityType::Function(index));
    }
    Module::new().section(&types).section(&imports).clone().finish()
}

/// A module that exports what a guard has to.
fn exports() -> Vec<u8> {
    let (mut types, mut functions, mut code) =
        (TypeSection::new(), FunctionSection::new(), CodeSection::new());
    let (mut memories, mut exports) = (MemorySection::new(), ExportSection::new());
    let memory = MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    };

    types.ty().function([], []);
    memories.memory(memory);
    exports.export("memory", ExportKind::Memory, 0);
    for (index, name) in (0..).zip(["setup", "handle_update_request"]) {
        let mut nothing = Function::new([]);
        nothing.instructions().end();
        functions.function(0);
        code.function(&nothing);
        exports.export(name, ExportKind::Func, index);
    }
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&memories).section(&exports).section(&code);
    module.finish()
}

/// What the engine takes, and large.
fn acceptable(number: u64) -> Config {
    Config {
        allow_floats: false,
        bulk_memory_enabled: true,
        disallow_traps: number % 2 == 1,
        exceptions_enabled: false,
        extended_const_enabled: false,
        gc_enabled: false,
        max_data_segments: 20,
        max_element_segments: 20,
        max_instructions: if number % 8 < 4 { 1000 } else { 20_000 },
        max_memories: 0, // but for the one that is exported
        max_table_elements: 10_000,
        max_tables: 1,
        memory64_enabled: false,
        min_funcs: 2,
        min_imports: 4,
        multi_value_enabled: true,
        reference_types_enabled: false,
        relaxed_simd_enabled: false,
        saturating_float_to_int_enabled: false,
        sign_extension_ops_enabled: true,
        simd_enabled: false,
        tail_call_enabled: false,
        threads_enabled: false,
        wide_arithmetic_enabled: false,
        ..Config::default()
    }
}

fn config(number: u64, random: &mut Unstructured) -> arbitrary::Result<Config> {
    let config = match number % 4 {
        0 | 1 => acceptable(number),
        2 => Config { max_instructions: 1000, ..Config::default() },
        _ => Config::arbitrary(random)?,
    };

    Ok(Config { available_imports: Some(imports()), exports: Some(exports()), ..config })
}

/// splitmix64: octets that depend on nothing but the number.
fn octets(number: u64, size: usize) -> Vec<u8> {
    let mut state = number;
    let mut octets = Vec::with_capacity(size + 8);

    while octets.len() < size {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        octets.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
    }
    octets
}

/// Some numbers make no module under their rules: nothing then, which is a module to refuse too.
fn module(number: u64) -> Vec<u8> {
    let seed = octets(number.wrapping_mul(0x1000_0000_1B3), 4096 << (number % 7));
    let mut random = Unstructured::new(&seed);

    config(number, &mut random)
        .and_then(|config| wasm_smith::Module::new(config, &mut random))
        .map_or(Vec::new(), |module| module.to_bytes())
}

fn main() -> io::Result<()> {
    let numbers: Vec<u64> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let [first, count] = numbers[..] else {
        eprintln!("usage: smith FIRST COUNT >FILE");
        std::process::exit(2);
    };
    let mut output = io::stdout().lock();

    for number in first..first + count {
        let module = module(number);
        output.write_all(&(module.len() as u32).to_le_bytes())?;
        output.write_all(&module)?;
    }
    Ok(())
}
