;; Two memories.
;; expect: not acceptable WASM
(module
  (memory (export "memory") 1)
  (memory 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
