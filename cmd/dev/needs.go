package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// need is one thing that the machine must have, and the packages that bring it.
type need struct {
	name    string
	apt     []string // Debian and Ubuntu
	brew    string   // what to type after `brew install`
	present func(ctx context.Context) bool
}

// needPostGIS is the name of the need that takes a step before its packages.
const needPostGIS = "PostGIS"

// buildNeeds is what building wangge takes: h3 and SQLite are C.
func buildNeeds() []need {
	return []need{
		{"a C compiler", []string{"gcc", "libc6-dev"}, "gcc", compiles},
		{"certificate authorities", []string{"ca-certificates"}, "ca-certificates", func(context.Context) bool { return hasAuthorities() }},
	}
}

// testNeeds is what the Go tests take beside that: a database, a browser with a Chinese font, and GDAL as an independent
// reader of our files.
func testNeeds() []need {
	return append(buildNeeds(),
		need{needPostGIS, []string{"postgresql-postgis"}, "postgresql@17 postgis", func(context.Context) bool { return findPostgres() != "" }},
		need{"Chromium", []string{chromiumPackage(osRelease())}, "--cask chromium", func(context.Context) bool { return hasChromium() }},
		need{"a Chinese font", []string{"fonts-noto-cjk"}, "--cask font-noto-sans-cjk", func(context.Context) bool { return hasChineseFont() }},
		need{"ogrinfo", []string{"gdal-bin"}, "gdal", func(context.Context) bool { return inPath("ogrinfo") }},
	)
}

// compiles reports whether Go's C compiler works and finds the C library's headers, which come in a package of their own.
func compiles(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, "go", "env", "CC").Output()
	words := strings.Fields(string(out))
	if err != nil || len(words) == 0 {
		return false
	}
	cmd := exec.CommandContext(ctx, words[0], append(words[1:], "-fsyntax-only", "-x", "c", "-")...)
	cmd.Stdin = strings.NewReader("#include <stdlib.h>\n")
	return cmd.Run() == nil
}

// hasAuthorities reports whether the machine can check a server's certificate, without which no module can be fetched. The
// files are those that crypto/x509 reads; macOS keeps its own.
func hasAuthorities() bool {
	if os.Getenv("SSL_CERT_FILE") != "" || os.Getenv("SSL_CERT_DIR") != "" {
		return true
	}
	return anyFile("/etc/ssl/certs/*.crt", "/etc/ssl/certs/*.pem", "/etc/pki/tls/certs/*", "/etc/ssl/cert.pem")
}

// hasChromium asks for the names that chromedp looks for.
func hasChromium() bool {
	return inPath("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell") ||
		anyFile("/Applications/Google Chrome.app/Contents/MacOS/*", "/Applications/Chromium.app/Contents/MacOS/*")
}

func hasChineseFont() bool {
	return anyFile("/usr/share/fonts/*/*/NotoSansCJK*", "/usr/share/fonts/*/NotoSansCJK*", "/usr/share/fonts/*/*/wqy-*",
		"/System/Library/Fonts/PingFang*", "/System/Library/Fonts/*Heiti*")
}

// chromiumPackage returns the name that the distribution gives Chromium, from the text of os-release.
func chromiumPackage(release string) string {
	for line := range strings.Lines(release) {
		if strings.TrimSpace(line) == "ID=ubuntu" {
			return "chromium-browser"
		}
	}
	return "chromium"
}

func osRelease() string {
	text, err := os.ReadFile("/etc/os-release")
	if err != nil {
		return "" // not Linux, or so small that the name of Debian's package is as good as any
	}
	return string(text)
}

func inPath(names ...string) bool {
	for _, name := range names {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

func anyFile(patterns ...string) bool {
	for _, pattern := range patterns {
		if found, err := filepath.Glob(pattern); err == nil && len(found) > 0 {
			return true
		}
	}
	return false
}
