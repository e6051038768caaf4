(module
  (import "fdns" "open_file" (func (param i32 i32)))
  (memory (export "memory") 1)
  (func (export "setup"))
  (func (export "handle_update_request")))
