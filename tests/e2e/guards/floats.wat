(module
  (memory (export "memory") 1)
  (func (export "setup") (drop (f64.add (f64.const 1.5) (f64.const 2.25))))
  (func (export "handle_update_request")))
