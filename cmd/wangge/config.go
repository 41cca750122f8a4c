package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
	"golang.org/x/term"
)

// envPrefix starts the names of environment variables: WANGGE_STATE_DIR is --state-dir.
const envPrefix = "WANGGE_"

// settings fill in the flags that the command line does not give: from the environment, then from a file.
type settings struct {
	path string
	env  map[string]string
	file map[string]any
}

var _ kong.Resolver = (*settings)(nil)

// readSettings reads the file that --config or WANGGE_CONFIG names. It has one JSON object: members are flags without the
// dashes, and a member with the name of a command is an object of flags for that command alone.
func readSettings(args, env []string) (*settings, error) {
	s := &settings{env: map[string]string{}}
	for _, e := range env {
		if name, value, ok := strings.Cut(e, "="); ok && strings.HasPrefix(name, envPrefix) {
			s.env[name] = value
		}
	}
	s.path = configPath(args)
	if s.path == "" {
		s.path = s.env[envPrefix+"CONFIG"]
	}
	if s.path == "" {
		return s, nil
	}
	text, err := os.ReadFile(s.path)
	if err != nil {
		return nil, fmt.Errorf("the configuration file cannot be read: %w", errors.Unwrap(err))
	}
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.UseNumber()
	if err := decoder.Decode(&s.file); err != nil || s.file == nil {
		return nil, fmt.Errorf("the configuration file %s is not a JSON object: %v", s.path, err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("the configuration file %s goes on after its JSON object", s.path)
	}
	return s, nil
}

// configPath finds --config before anything is parsed, because what it names is needed for parsing.
func configPath(args []string) string {
	for i, a := range args {
		if a == "--" {
			return ""
		}
		if v, ok := strings.CutPrefix(a, "--config="); ok {
			return v
		}
		if a == "--config" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}

// Validate refuses a name in the file that is no flag, so that a misspelt one is not silently ignored.
func (s *settings) Validate(app *kong.Application) error {
	commands := map[string]map[string]bool{}
	every := flagNames(app.Node)
	for _, node := range app.Children {
		commands[node.Name] = flagNames(node)
		for name := range commands[node.Name] {
			every[name] = true
		}
	}
	for name, value := range s.file {
		nested, isObject := value.(map[string]any)
		if own, isCommand := commands[name]; isCommand && isObject {
			for inner := range nested {
				if !own[inner] {
					return fmt.Errorf("the configuration file %s has %q in %q, which is no flag of that command", s.path, inner, name)
				}
			}
			continue
		}
		if !every[name] {
			return fmt.Errorf("the configuration file %s has %q, which is no flag", s.path, name)
		}
	}
	return nil
}

// flagNames returns the flags of a node and of the nodes below it.
func flagNames(node *kong.Node) map[string]bool {
	out := map[string]bool{}
	for _, f := range node.Flags {
		out[f.Name] = true
	}
	for _, child := range node.Children {
		if node.Type == kong.ApplicationNode {
			break
		}
		for name := range flagNames(child) {
			out[name] = true
		}
	}
	return out
}

// Resolve returns what a flag that was not given should be, nil for its default.
func (s *settings) Resolve(_ *kong.Context, parent *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Name == "help" || flag.Name == "config" {
		return nil, nil
	}
	if v := s.env[envName(flag.Name)]; v != "" {
		return v, nil
	}
	for node := parent.Node(); node != nil; node = node.Parent {
		if nested, ok := s.file[node.Name].(map[string]any); ok {
			if v, ok := nested[flag.Name]; ok {
				return plainValue(v), nil
			}
		}
	}
	return plainValue(s.file[flag.Name]), nil
}

// plainValue gives a number as its text, which every flag can read.
func plainValue(v any) any {
	switch n := v.(type) {
	case json.Number:
		return n.String()
	case bool:
		return fmt.Sprint(n)
	}
	return v
}

func envName(flag string) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// logger is a structured log and what was asked of it.
type logger struct {
	*slog.Logger
	debug bool
}

// newLogger writes text for people to a terminal, and JSON to anything else.
func newLogger(w io.Writer, level string) logger {
	var least slog.Level
	if err := least.UnmarshalText([]byte(level)); err != nil {
		least = slog.LevelInfo // kong has checked it
	}
	o := &slog.HandlerOptions{Level: least, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		if len(groups) == 0 && a.Key == slog.TimeKey && isTerminal(w) {
			return slog.String(slog.TimeKey, a.Value.Time().Format("15:04:05.000"))
		}
		return a
	}}
	var handler slog.Handler = slog.NewJSONHandler(w, o)
	if isTerminal(w) {
		handler = slog.NewTextHandler(w, o)
	}
	return logger{slog.New(handler), least <= slog.LevelDebug}
}

// isTerminal reports whether a person looks at w.
func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

const configHelp = `Where the value of a flag comes from, the first that has it:

  1. the command line        wangge serve --listen 127.0.0.1:9000
  2. the environment         WANGGE_LISTEN=127.0.0.1:9000 wangge serve
  3. the configuration file  wangge serve --config wangge.json   (or WANGGE_CONFIG=wangge.json)
  4. the default that --help shows

The name in the environment is WANGGE_ and the flag in capitals, with _ for -. A database password is best kept out of the
command line: give the store as WANGGE_STORE, or set PGPASSWORD or PGPASSFILE, which are read too.

The file is one JSON object. A member is a flag; a member with the name of a command is an object of flags for that command alone:

  {
    "store": "postgres://wangge@db.example/district",
    "log-level": "info",
    "serve": {"listen": "0.0.0.0:8080", "state-dir": "/var/lib/wangge"}
  }

A name that is no flag is an error. GOMEMLIMIT and the other variables of the Go runtime work as usual.
`

// helpCmd is "wangge help [COMMAND]".
type helpCmd struct {
	Topic []string `arg:"" optional:"" help:"A command, or config."`
}

// Run prints the help of the topic.
func (c *helpCmd) Run(h *host) error {
	if slices.Equal(c.Topic, []string{"config"}) {
		_, err := io.WriteString(h.out, configHelp)
		return err
	}
	if code := h.parse(append(c.Topic, "--help")...); code != exitOK {
		return exitWith(code)
	}
	return nil
}
