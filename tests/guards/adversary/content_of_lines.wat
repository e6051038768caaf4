;; Content that is more than one record, or none: a line end, a directive, a comment, a parenthesis.
;; cases: 5
;; expect: operation
(data (i32.const 1024) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"w\",\"ttl\":null,\"content\":\"192.0.2.1\\nother.test. A 192.0.2.2\"}}\00")
(data (i32.const 1280) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"name\":\"w\",\"ttl\":null,\"content\":\"$INCLUDE /etc/passwd\"}}\00")
(data (i32.const 1536) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"w\",\"ttl\":null,\"content\":\"192.0.2.1 ; yes\"}}\00")
(data (i32.const 1792) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"A\",\"name\":\"w\",\"ttl\":null,\"content\":\"( 192.0.2.1\"}}\00")
(data (i32.const 2048) "{\"UpdateRecord\":{\"mode\":\"Set\",\"record\":\"TXT\",\"name\":\"w\",\"ttl\":null,\"content\":\"\\\"\"}}\00")
(func $attack
  (call $apply (i32.add (i32.const 1024) (i32.mul (global.get $case) (i32.const 256)))))
