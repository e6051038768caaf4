;; Asks for nothing, in two hundred thousand octets of white space, for ever.
;; expect: out of fuel
;; policy: fuel=100000000
(data (i32.const 1024) "{\"name\":\"absent\",\"record\":\"A\"}\00")
(func $attack
  (memory.fill (i32.const 4096) (i32.const 0x20) (i32.const 200000))
  (drop (call $put (i32.const 204096) (i32.const 1024)))
  (loop $again
    (drop (call $records_size (i32.const 4096)
      (i32.add (i32.const 200000) (call $size_of (i32.const 1024)))))
    (br $again)))
