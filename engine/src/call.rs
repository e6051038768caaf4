//! One call: an instance, its start function, an entry.

use crate::module::{Module, PARAMETERS_MAX};
use crate::text::Failure;
use crate::EngineBounds;
use core::ffi::{c_int, c_void};
use wasmi::{
    Caller, Error, Extern, Func, FuncType, Instance, Memory, Store, StoreLimits,
    StoreLimitsBuilder, Val, ValType,
};

/// What making an instance costs before any code runs. Compiling is paid for by each call alike,
/// also when the module is there already: fuel must not tell who came first. Memory is cleared at
/// the price of memory.grow.
const FUEL_INSTANCE: u64 = 5_000;
const FUEL_PER_CODE_OCTET: u64 = 16;
const FUEL_PER_PAGE: u64 = 1024;
const PAGE: usize = 65_536;

/// `struct engine_host_call`.
#[repr(C)]
pub struct HostCall {
    import: u32,
    arguments: *const u64,
    memory: *mut u8,
    memory_size: usize,
    fuel: *mut u64,
    result: *mut u64,
}

/// `engine_callback`.
pub type Callback = unsafe extern "C" fn(context: *mut c_void, call: *const HostCall) -> c_int;

struct Host {
    callback: Callback,
    context: *mut c_void,
    limits: StoreLimits,
    memory: Option<Memory>, /* found at the first call of an import */
}

pub fn call(
    module: &Module,
    entry: usize,
    bounds: EngineBounds,
    callback: Callback,
    context: *mut c_void,
    used: &mut u64,
) -> Result<(), Failure> {
    let Some(entry) = module.entries.get(entry) else {
        return Err(Failure::misuse());
    };
    *used = 0;
    if module.initial_pages > u64::from(bounds.memory) {
        return Err(Failure::bad_module(format!(
            "its memory starts with {} pages, the limit is {}",
            module.initial_pages, bounds.memory
        )));
    }
    let Some(fuel) = bounds.fuel.checked_sub(instance_fuel(module)) else {
        *used = bounds.fuel;
        return Err(Failure::out_of_fuel());
    };
    let limits = StoreLimitsBuilder::new()
        .memory_size((bounds.memory as usize).saturating_mul(PAGE))
        .table_elements(bounds.table as usize)
        .instances(1)
        .tables(1)
        .memories(1)
        .build();
    let host = Host { callback, context, limits, memory: None };
    let mut store = Store::new(module.wasm.engine(), host);
    store.limiter(|host| &mut host.limits);
    let outcome = store.set_fuel(fuel).and_then(|()| run(&mut store, module, entry));
    *used = bounds.fuel - store.get_fuel().unwrap_or(0);
    let failure = match outcome {
        Ok(()) => return Ok(()),
        Err(error) => Failure::of_run(&error),
    };
    if failure.text() == Failure::out_of_fuel().text() {
        /* The step that could not be paid for took nothing: all the same all is gone. */
        *used = bounds.fuel;
    }
    Err(failure)
}

fn instance_fuel(module: &Module) -> u64 {
    FUEL_INSTANCE
        .saturating_add(module.code_size.saturating_mul(FUEL_PER_CODE_OCTET))
        .saturating_add(module.initial_pages.saturating_mul(FUEL_PER_PAGE))
}

fn run(store: &mut Store<Host>, module: &Module, entry: &str) -> Result<(), Error> {
    let mut imports = Vec::with_capacity(module.imports.len());

    for (index, signature) in &module.imports {
        imports.push(Extern::Func(import(store, *index, signature)));
    }
    let instance = Instance::new(&mut *store, &module.wasm, &imports)?;
    let Some(function) = instance.get_func(&*store, entry) else {
        return Err(Error::new("an export is gone"));
    };
    function.call(store, &[], &mut [])
}

/// An import as the instance sees it.
fn import(store: &mut Store<Host>, index: u32, signature: &FuncType) -> Func {
    let result_type = signature.results().first().copied();

    Func::new(store, signature.clone(), move |caller, inputs, outputs| {
        let mut arguments = [0u64; PARAMETERS_MAX];

        for (argument, input) in arguments.iter_mut().zip(inputs) {
            *argument = match input {
                Val::I32(value) => u64::from(*value as u32),
                Val::I64(value) => *value as u64,
                _ => return Err(Error::new("an argument is not an integer")),
            };
        }
        let result = ask(caller, index, &arguments)?;
        if let (Some(output), Some(kind)) = (outputs.first_mut(), result_type) {
            *output = match kind {
                ValType::I64 => Val::I64(result as i64),
                _ => Val::I32(result as u32 as i32),
            };
        }
        Ok(())
    })
}

/// Hand the call over to C. The memory is looked up each time: it moves when it grows.
fn ask(
    mut caller: Caller<'_, Host>,
    import: u32,
    arguments: &[u64; PARAMETERS_MAX],
) -> Result<u64, Error> {
    let mut fuel = caller.get_fuel()?;
    let mut result = 0u64;

    if caller.data().memory.is_none() {
        let found = caller.get_export("memory").and_then(Extern::into_memory);
        caller.data_mut().memory = found;
    }
    let (callback, context) = (caller.data().callback, caller.data().context);
    let (memory, memory_size) = match caller.data().memory {
        Some(memory) => {
            let octets = memory.data_mut(&mut caller);
            (octets.as_mut_ptr(), octets.len())
        }
        None => (core::ptr::null_mut(), 0),
    };
    let call = HostCall {
        import,
        arguments: arguments.as_ptr(),
        memory,
        memory_size,
        fuel: &mut fuel,
        result: &mut result,
    };
    /* SAFETY: all that `call` points at is alive and not otherwise used until the callback is back;
     * the callback's contract is engine_host_call in engine.h. */
    let stop = unsafe { callback(context, &call) };
    caller.set_fuel(fuel)?;
    if stop != 0 {
        return Err(Error::i32_exit(1));
    }
    Ok(result)
}
