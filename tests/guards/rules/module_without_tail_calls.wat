;; There are no tail calls.
;; expect: the guard cannot be used: not acceptable WASM: tail calls support is not enabled (at offset 0x4a)
(module
  (memory (export "memory") 1)
  (func $f (return_call $f))
  (func (export "setup"))
  (func (export "handle_update_request")))
