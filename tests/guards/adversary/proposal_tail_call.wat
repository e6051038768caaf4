;; Calls in the place of a return.
;; expect: not acceptable WASM
(module
  (memory (export "memory") 1)
  (func $again (return_call $again))
  (func (export "setup") (call $again))
  (func (export "handle_update_request")))
