package postgis_test

import (
	"fmt"
	"io"
	"net"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// proxy stands between a store and its database and can swallow everything, as a broken network does: connections stay open
// and nothing arrives.
type proxy struct {
	to    *pgx.ConnConfig
	in    net.Listener
	lock  sync.Mutex
	flow  chan struct{} // closed while bytes may pass
	round int           // connections of an earlier round carry nothing any more
	ended chan struct{} // closed by close
	all   []net.Conn
	wait  sync.WaitGroup
}

// newProxy returns a proxy on the loopback interface and the URL of the database through it.
func newProxy(t *testing.T, url string) (*proxy, string) {
	t.Helper()
	config, err := pgx.ParseConfig(url)
	if err != nil {
		t.Fatal(err)
	}
	in, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{to: config, in: in, flow: make(chan struct{}), ended: make(chan struct{})}
	close(p.flow)
	p.wait.Go(p.accept)
	t.Cleanup(p.close)
	return p, fmt.Sprintf("postgres://%s:%s@%s/%s?sslmode=disable", config.User, config.Password, in.Addr(), config.Database)
}

func (p *proxy) accept() {
	for {
		client, err := p.in.Accept()
		if err != nil {
			return
		}
		network, address := pgconn.NetworkAddress(p.to.Host, p.to.Port)
		server, err := net.Dial(network, address)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.lock.Lock()
		p.all = append(p.all, client, server)
		round := p.round
		p.lock.Unlock()
		p.wait.Go(func() { p.carry(server, client, round) })
		p.wait.Go(func() { p.carry(client, server, round) })
	}
}

func (p *proxy) carry(to, from net.Conn, round int) {
	defer to.Close()
	b := make([]byte, 1<<14)
	for {
		n, err := from.Read(b)
		p.lock.Lock()
		flow := p.flow
		p.lock.Unlock()
		<-flow
		if p.abandoned(round) {
			<-p.ended
			return
		}
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err == io.EOF || err != nil {
			return
		}
	}
}

// swallow lets nothing pass any more.
func (p *proxy) swallow() {
	p.lock.Lock()
	defer p.lock.Unlock()
	p.flow = make(chan struct{})
}

// heal lets everything pass again, what was swallowed first.
func (p *proxy) heal() {
	p.lock.Lock()
	defer p.lock.Unlock()
	select {
	case <-p.flow:
	default:
		close(p.flow)
	}
}

// abandon lets new connections pass, while those that are open swallow everything for ever, as when an address moves to
// another machine.
func (p *proxy) abandon() {
	p.lock.Lock()
	p.round++
	p.lock.Unlock()
	p.heal()
}

func (p *proxy) abandoned(round int) bool {
	p.lock.Lock()
	defer p.lock.Unlock()
	return round < p.round
}

func (p *proxy) close() {
	p.heal()
	close(p.ended)
	_ = p.in.Close()
	p.lock.Lock()
	for _, c := range p.all {
		_ = c.Close()
	}
	p.lock.Unlock()
	p.wait.Wait()
}
