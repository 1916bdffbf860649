// A client of the published protocol 1.0 that behaves like the published Go client: it opens a
// connection for each request, and reads to the end of the connection before it parses the
// response. It does not set the extension flag.
package main

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"strings"
	"time"
)

// A service that keeps the connection until the idle timeout would need 60 seconds per request.
const patience = 20 * time.Second

const (
	core   = 0
	crypto = 1

	headerLength = 36
	magic        = 0x5ec0a710
	direct       = 1

	ping              = 0x01
	generateKey       = 0x02
	destroyKey        = 0x03
	signHash          = 0x04
	exportPublicKey   = 0x07
	listProviders     = 0x08
	listOpcodes       = 0x09
	generateRandom    = 0x0d
	listAuthenticator = 0x0e
	listKeys          = 0x1a

	doesNotExist = 1140
)

type response struct {
	status uint16
	body   []byte
}

func call(provider byte, opcode uint32, body []byte) response {
	path := strings.TrimPrefix(os.Getenv("PARSEC_SERVICE_ENDPOINT"), "unix:")
	connection, err := net.Dial("unix", path)
	check(err)
	defer connection.Close()
	check(connection.SetDeadline(time.Now().Add(patience)))

	auth := []byte("a-go-client")
	frame := make([]byte, headerLength)
	binary.LittleEndian.PutUint32(frame[0:], magic)
	binary.LittleEndian.PutUint16(frame[4:], 30)
	frame[6] = 1 // major version
	frame[10] = provider
	frame[21] = direct
	binary.LittleEndian.PutUint32(frame[22:], uint32(len(body)))
	binary.LittleEndian.PutUint16(frame[26:], uint16(len(auth)))
	binary.LittleEndian.PutUint32(frame[28:], opcode)
	frame = append(append(frame, body...), auth...)
	_, err = connection.Write(frame)
	check(err)

	answer, err := io.ReadAll(connection)
	if err != nil {
		fail("opcode %#x: the connection does not end: %v", opcode, err)
	}
	if len(answer) < headerLength || binary.LittleEndian.Uint32(answer) != magic {
		fail("opcode %#x: not a response: %x", opcode, answer)
	}
	length := binary.LittleEndian.Uint32(answer[22:])
	if int(length) != len(answer)-headerLength {
		fail("opcode %#x: %d bytes of body instead of %d", opcode, len(answer)-headerLength, length)
	}
	if answer[10] != provider || binary.LittleEndian.Uint32(answer[28:]) != opcode {
		fail("opcode %#x: the response is to another request: %x", opcode, answer[:headerLength])
	}
	return response{binary.LittleEndian.Uint16(answer[32:]), answer[headerLength:]}
}

// Returns the body of a successful response.
func output(provider byte, opcode uint32, body []byte) []byte {
	response := call(provider, opcode, body)
	if response.status != 0 {
		fail("opcode %#x: status %d", opcode, response.status)
	}
	return response.body
}

// Encodes a Protocol Buffers field of at most 127 bytes.
func field(number byte, value []byte) []byte {
	return append([]byte{number<<3 | 2, byte(len(value))}, value...)
}

// Decodes the value of a message with only the first field, of fewer than 128 bytes.
func only(body []byte) []byte {
	if len(body) < 2 || body[0] != 0x0a || int(body[1]) != len(body)-2 {
		fail("no message with one field: %x", body)
	}
	return body[2:]
}

func discover() {
	if pong := output(core, ping, nil); !bytes.Equal(pong, []byte{0x08, 1}) {
		fail("the pong is %x", pong)
	}
	if providers := output(core, listProviders, nil); !bytes.Contains(providers, []byte("Mbed")) &&
		!bytes.Contains(providers, []byte("1c1139dc-ad7c-47dc-ad6b-db6fdb466552")) {
		fail("the software provider is not listed: %x", providers)
	}
	for _, opcode := range []uint32{listAuthenticator, listKeys} {
		output(core, opcode, nil)
	}
	output(core, listOpcodes, []byte{0x08, crypto})
}

func random() {
	// More than fits into the socket's buffer.
	bytes := output(crypto, generateRandom, []byte{0x08, 0xc0, 0x84, 0x3d})
	if len(bytes) < 1_000_000 {
		fail("%d random bytes", len(bytes))
	}
}

func sign() {
	name := field(1, []byte("go-key"))
	attributes, err := hex.DecodeString(
		"0a045a0208021080021a140a0830013801400148011208320622040a021007")
	check(err)
	output(crypto, generateKey, append(append([]byte{}, name...), field(2, attributes)...))
	algorithm := []byte{0x22, 0x04, 0x0a, 0x02, 0x10, 0x07}
	hash := sha256.Sum256([]byte("a message"))
	request := append(append([]byte{}, name...), field(2, algorithm)...)
	signature := only(output(crypto, signHash, append(request, field(3, hash[:])...)))
	point := only(output(crypto, exportPublicKey, name))
	if len(signature) != 64 || len(point) != 65 {
		fail("a signature of %d bytes by a key of %d", len(signature), len(point))
	}
	public := ecdsa.PublicKey{
		Curve: elliptic.P256(),
		X:     new(big.Int).SetBytes(point[1:33]),
		Y:     new(big.Int).SetBytes(point[33:]),
	}
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(&public, hash[:], r, s) {
		fail("the signature is wrong")
	}
	output(crypto, destroyKey, name)
	if refused := call(crypto, exportPublicKey, name); refused.status != doesNotExist {
		fail("a key that was destroyed: status %d", refused.status)
	}
}

func main() {
	discover()
	random()
	sign()
	fmt.Println("the published protocol works")
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
