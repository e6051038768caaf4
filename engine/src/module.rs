//! Compiling a module and checking it against the interface: afterwards all that can go wrong is
//! what its code does.

use crate::survey;
use crate::text::Failure;
use crate::EngineShape;
use wasmi::{
    CompilationMode, Config, EnforcedLimits, Engine, ExternType, FuncType, Module as WasmModule,
    ValType,
};

/// The most parameters an import may have, all i32; engine.h says so too.
const PARAMETERS_MAX: usize = 4;

/// What a module may import and must export.
pub struct Interface {
    module: String,
    imports: Vec<(String, FuncType)>,
    entries: Vec<String>,
}

impl Interface {
    pub fn new(module: &str) -> Self {
        Self { module: module.into(), imports: Vec::new(), entries: Vec::new() }
    }

    /// None for a signature that is not of the form engine.h gives.
    pub fn add_import(&mut self, name: &str, signature: &str) -> Option<()> {
        let (parameters, results) = signature.split_once(':')?;
        let parameters = parameters
            .chars()
            .map(|letter| (letter == 'i').then_some(ValType::I32))
            .collect::<Option<Vec<_>>>()?;
        let results = results.chars().map(value_type).collect::<Option<Vec<_>>>()?;

        if parameters.len() > PARAMETERS_MAX || results.len() > 1 {
            return None;
        }
        self.imports.push((name.into(), FuncType::new(parameters, results)));
        Some(())
    }

    pub fn add_entry(&mut self, name: &str) {
        self.entries.push(name.into());
    }

    /// The index in the table and the type of what the module wants to import.
    fn resolve(&self, import: &wasmi::ImportType) -> Result<(u32, FuncType), Failure> {
        let (module, name) = (import.module(), import.name());
        let ExternType::Func(wanted) = import.ty() else {
            return Err(Failure::bad_module(format!(
                "it imports {module}.{name}, which is not a function"
            )));
        };
        let known = self.imports.iter().position(|(known, _)| known == name);
        let Some(index) = known.filter(|_| module == self.module) else {
            return Err(Failure::bad_module(format!(
                "it imports {module}.{name}, which does not exist"
            )));
        };
        let offered = &self.imports[index].1;
        if wanted != offered {
            return Err(Failure::bad_module(format!(
                "it imports {module}.{name} as {}, which is {}",
                signature_text(wanted),
                signature_text(offered)
            )));
        }
        Ok((index as u32, offered.clone()))
    }
}

/// A compiled module.
pub struct Module {
    pub wasm: WasmModule,
    pub imports: Vec<(u32, FuncType)>, /* for each import of the module: index in the table, type */
    pub entries: Vec<String>,
    pub code_size: u64,
    pub initial_pages: u64,
}

impl Module {
    pub fn compile(
        interface: &Interface,
        shape: EngineShape,
        code: &[u8],
    ) -> Result<Self, Failure> {
        if !code.starts_with(b"\0asm") {
            return Err(Failure::bad_module("not WASM: it does not begin with 00 61 73 6d"));
        }
        survey::check(code)?;
        let wasm = WasmModule::new(&Engine::new(&config(shape)), code)
            .map_err(|error| Failure::bad_module(format!("not acceptable WASM: {error}")))?;
        let imports =
            wasm.imports().map(|import| interface.resolve(&import)).collect::<Result<_, _>>()?;
        let initial_pages = match wasm.get_export("memory") {
            Some(ExternType::Memory(memory)) => memory.minimum(),
            Some(_) => return Err(Failure::bad_module("its export memory is not a memory")),
            None => return Err(Failure::bad_module("it does not export memory")),
        };
        for name in &interface.entries {
            check_entry(name, wasm.get_export(name))?;
        }
        Ok(Self {
            imports,
            initial_pages,
            entries: interface.entries.clone(),
            code_size: code.len() as u64,
            wasm,
        })
    }
}

fn check_entry(name: &str, export: Option<ExternType>) -> Result<(), Failure> {
    let function = match export {
        Some(ExternType::Func(function)) => function,
        Some(_) => return Err(Failure::bad_module(format!("its export {name} is not a function"))),
        None => return Err(Failure::bad_module(format!("it does not export {name}"))),
    };
    if !function.params().is_empty() || !function.results().is_empty() {
        return Err(Failure::bad_module(format!(
            "its export {name} is {}, and must be ()",
            signature_text(&function)
        )));
    }
    Ok(())
}

/// Eager: lazy compilation would take its fuel from whoever calls first. What a guard does not need
/// is off: each proposal is more engine to trust.
fn config(shape: EngineShape) -> Config {
    let mut config = Config::default();
    let stack = shape.stack as usize;

    config
        .set_min_stack_height(stack.min(1024))
        .set_max_stack_height(stack)
        .set_max_recursion_depth(shape.recursion as usize)
        .set_max_cached_stacks(1)
        .compilation_mode(CompilationMode::Eager)
        .consume_fuel(true)
        .ignore_custom_sections(true)
        .enforced_limits(EnforcedLimits::strict())
        .floats(false)
        .wasm_mutable_global(true)
        .wasm_sign_extension(true)
        .wasm_multi_value(true)
        .wasm_bulk_memory(true)
        .wasm_saturating_float_to_int(false)
        .wasm_multi_memory(false)
        .wasm_reference_types(false)
        .wasm_tail_call(false)
        .wasm_extended_const(false)
        .wasm_custom_page_sizes(false)
        .wasm_memory64(false)
        .wasm_wide_arithmetic(false);
    config
}

fn value_type(letter: char) -> Option<ValType> {
    match letter {
        'i' => Some(ValType::I32),
        'I' => Some(ValType::I64),
        _ => None,
    }
}

/// "(i32 i32) -> i32", "()" for nothing at all.
fn signature_text(function: &FuncType) -> String {
    let names = |types: &[ValType]| {
        types.iter().map(|one| format!("{one:?}").to_lowercase()).collect::<Vec<_>>().join(" ")
    };
    let parameters = names(function.params());

    if function.results().is_empty() {
        return format!("({parameters})");
    }
    format!("({parameters}) -> {}", names(function.results()))
}
