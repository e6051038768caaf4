//! One call: an instance, its start function, an entry.

use crate::module::Module;
use crate::text::Failure;
use crate::EngineBounds;
use core::ffi::{c_int, c_void};
use wasmi::{
    Caller, Error, Extern, Func, FuncType, Instance, Memory, ResourceLimiter, Store, ValType,
};
use wasmi_core::LimiterError;

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

/// A limit reached is told to the guard, as WebAssembly has it. Memory that the system does not
/// have is not: what the guard decided then would be another time something else.
struct Limits {
    memory: usize,
    table: usize,
    out_of_memory: bool,
}

impl ResourceLimiter for Limits {
    fn memory_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        Ok(desired <= self.memory && maximum.is_none_or(|maximum| desired <= maximum))
    }

    fn table_growing(
        &mut self,
        _current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, LimiterError> {
        Ok(desired <= self.table && maximum.is_none_or(|maximum| desired <= maximum))
    }

    fn memory_grow_failed(&mut self, error: &LimiterError) {
        self.out_of_memory |= matches!(error, LimiterError::OutOfSystemMemory);
    }

    fn instances(&self) -> usize {
        1
    }

    fn tables(&self) -> usize {
        1
    }

    fn memories(&self) -> usize {
        1
    }
}

struct Host {
    callback: Callback,
    context: *mut c_void,
    limits: Limits,
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
    let Some(fuel) = bounds.fuel.checked_sub(instance_fuel(module, &bounds)) else {
        *used = bounds.fuel;
        return Err(Failure::out_of_fuel());
    };
    let limits = Limits {
        memory: (bounds.memory as usize).saturating_mul(PAGE),
        table: bounds.table as usize,
        out_of_memory: false,
    };
    let host = Host { callback, context, limits, memory: None };
    let mut store = Store::new(module.wasm.engine(), host);
    store.limiter(|host| &mut host.limits);
    let outcome = store.set_fuel(fuel).and_then(|()| run(&mut store, module, entry));
    *used = bounds.fuel - store.get_fuel().unwrap_or(0);
    if store.data().limits.out_of_memory {
        return Err(Failure::no_memory());
    }
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

/// Compiling is paid for by each call alike, also when the module is there already: fuel must not
/// tell who came first.
fn instance_fuel(module: &Module, bounds: &EngineBounds) -> u64 {
    let code = module.code_size.saturating_mul(bounds.fuel_per_code_octet.into());
    let memory = module.initial_pages.saturating_mul(bounds.fuel_per_page.into());

    u64::from(bounds.fuel_per_instance).saturating_add(code).saturating_add(memory)
}

fn run(store: &mut Store<Host>, module: &Module, entry: &str) -> Result<(), Error> {
    let mut imports = Vec::with_capacity(module.imports.len());

    for (index, signature) in &module.imports {
        imports.push(Extern::Func(import(store, *index, signature)?));
    }
    let instance = Instance::new(&mut *store, &module.wasm, &imports)?;
    let Some(function) = instance.get_func(&*store, entry) else {
        return Err(Error::new("an export is gone"));
    };
    function.call(store, &[], &mut [])
}

/// An import as the instance sees it, of a type that wasmi knows when it is compiled: one that it
/// learns at run time takes memory from the system at each call.
fn import(store: &mut Store<Host>, index: u32, signature: &FuncType) -> Result<Func, Error> {
    macro_rules! of_type {
        ($result:ty, $($name:ident),*) => {
            Func::wrap(store, move |caller: Caller<'_, Host> $(, $name: u32)*| {
                ask(caller, index, &[$($name.into()),*]).map(|result| result as $result)
            })
        };
    }
    macro_rules! of_arity {
        ($($name:ident),*) => {
            match signature.results() {
                [] => Func::wrap(store, move |caller: Caller<'_, Host> $(, $name: u32)*| {
                    ask(caller, index, &[$($name.into()),*]).map(|_| ())
                }),
                [ValType::I64] => of_type!(u64, $($name),*),
                _ => of_type!(u32, $($name),*),
            }
        };
    }
    Ok(match signature.params().len() {
        0 => of_arity!(),
        1 => of_arity!(a),
        2 => of_arity!(a, b),
        3 => of_arity!(a, b, c),
        4 => of_arity!(a, b, c, d),
        _ => return Err(Error::new("an import has too many parameters")),
    })
}

/// Hand the call over to C. The memory is looked up each time: it moves when it grows.
fn ask(mut caller: Caller<'_, Host>, import: u32, arguments: &[u64]) -> Result<u64, Error> {
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
