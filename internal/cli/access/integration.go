// Package access is the commands that say who gets in: partners with their keys and lists, and the console's accounts. It must
// not know how either is kept.
package access

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"rampa/internal/cli/command"
	"rampa/internal/config"
	"rampa/internal/integration"
)

// Integration is the command that keeps the partners.
func Integration(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "integration", Short: "Keep the partners that call the API",
		Long:    "Keeps the partners that call the API. A partner is named by its id or its name.",
		Example: "rampa integration list",
	}
	cmd.AddCommand(integrationCreate(p), integrationList(p), integrationRotate(p), allowIP(p), allowURL(p))
	return cmd
}

func integrationCreate(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "create", Short: "Make a partner and its first pair of keys",
		Long:    "Makes a partner and prints its api_key and api_secret. The secret is shown this once.",
		Example: `rampa integration create --name "Remesas del Sur" --logo logo.png`,
	}
	flags := cmd.Flags()
	name := flags.String("name", "", "the partner's `NAME`, shown to its customers")
	mode := flags.String("mode", string(integration.Production), "`MODE` of its keys and data: production or sandbox")
	logo := flags.String("logo", "", "PNG, JPEG or WebP `FILE` of 256 KiB at most, shown on the hosted pages")
	delegated := flags.Bool("delegated-kyc", false, "the partner may hand in identities that it has verified itself")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		spec := integration.Spec{Name: strings.TrimSpace(*name), Mode: integration.Mode(*mode), DelegatedKYC: *delegated}
		if spec.Name == "" {
			return command.Usagef("--name is missing: what is the partner called?")
		}
		if spec.Mode != integration.Production && spec.Mode != integration.Sandbox {
			return command.Usagef("--mode must be production or sandbox")
		}
		var err error
		if spec.LogoType, spec.Logo, err = readLogo(*logo); err != nil {
			return err
		}
		made, keys, err := admin.Integrations.Create(cmd.Context(), spec, command.Actor())
		if err != nil {
			return err
		}
		return printKeys(p, made, keys, *asJSON)
	})
}

func integrationList(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "list", Short: "List the partners", Long: "Lists the partners, the oldest first.", Example: "rampa integration list --json",
	}
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, _ []string) error {
		all, err := admin.Integrations.List(cmd.Context())
		if err != nil {
			return err
		}
		if *asJSON {
			list := []integrationView{}
			for _, i := range all {
				list = append(list, viewIntegration(i))
			}
			return p.PrintJSON(list)
		}
		rows := [][]string{{"ID", "NAME", "MODE", "ADDRESSES", "RETURN URLS", "CREATED"}}
		for _, i := range all {
			v := viewIntegration(i)
			rows = append(rows, []string{v.ID, v.Name, v.Mode, orAny(v.AllowedIPs), orAny(v.AllowedURLs), v.CreatedAt.Format(time.DateOnly)})
		}
		return p.PrintRows(rows)
	})
}

func integrationRotate(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "rotate ID|NAME", Short: "Give a partner a new pair of keys",
		Long:    "Gives a partner a new api_key and api_secret. The old ones stay valid for the overlap.",
		Example: `rampa integration rotate "Remesas del Sur" --overlap 72h`,
		Args:    command.Arguments(1, "the partner's id or name"),
	}
	overlap := cmd.Flags().Duration("overlap", 24*time.Hour, "how `LONG` the old keys stay valid; 0s ends them at once")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		if *overlap < 0 {
			return command.Usagef("--overlap must not be negative")
		}
		made, keys, err := admin.Integrations.Rotate(cmd.Context(), args[0], *overlap, command.Actor())
		if err != nil {
			return err
		}
		return printKeys(p, made, keys, *asJSON)
	})
}

func allowIP(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "allow-ip ID|NAME [CIDR…]", Short: "Say from which addresses a partner may call",
		Long: "Adds networks to the partner's list of allowed client addresses, or removes them. With an empty list any address may\n" +
			"call. Without a network the list is only shown.",
		Example: `rampa integration allow-ip "Remesas del Sur" 203.0.113.0/24 2001:db8::/32`,
		Args:    command.Arguments(1, "the partner's id or name"),
	}
	return allow(p, cmd, func(i *integration.Integration, items []string, remove bool) error {
		networks, err := config.ParseNetworks(strings.Join(items, ","))
		if err != nil {
			return command.Usagef("%s", err)
		}
		i.AllowedIPs = merge(i.AllowedIPs, networks, remove)
		slices.SortFunc(i.AllowedIPs, netip.Prefix.Compare)
		return nil
	})
}

func allowURL(p *command.Program) *cobra.Command {
	cmd := &cobra.Command{
		Use: "allow-url ID|NAME [URL…]", Short: "Say to which addresses a partner's customers may return",
		Long: "Adds beginnings of addresses to the partner's list of allowed return and callback URLs, or removes them. With an\n" +
			"empty list any https address is allowed. Without an address the list is only shown.",
		Example: `rampa integration allow-url "Remesas del Sur" https://app.example.com/`,
		Args:    command.Arguments(1, "the partner's id or name"),
	}
	return allow(p, cmd, func(i *integration.Integration, items []string, remove bool) error {
		var prefixes []string
		for _, item := range items {
			prefix, err := urlPrefix(item, i.Mode)
			if err != nil {
				return err
			}
			prefixes = append(prefixes, prefix)
		}
		i.AllowedURLs = merge(i.AllowedURLs, prefixes, remove)
		slices.Sort(i.AllowedURLs)
		return nil
	})
}

// allow makes a command that changes one of a partner's lists.
func allow(p *command.Program, cmd *cobra.Command, change func(i *integration.Integration, items []string, remove bool) error) *cobra.Command {
	remove := cmd.Flags().Bool("remove", false, "take them off the list")
	asJSON := command.AddJSON(cmd)
	return p.Admin(cmd, func(cmd *cobra.Command, admin *command.Admin, args []string) error {
		changed, err := changeOrFind(cmd, admin, args, func(i *integration.Integration) error { return change(i, args[1:], *remove) })
		if err != nil {
			return err
		}
		v := viewIntegration(changed)
		if *asJSON {
			return p.PrintJSON(v)
		}
		return p.PrintRows([][]string{{"id", v.ID}, {"name", v.Name}, {"addresses", orAny(v.AllowedIPs)}, {"return URLs", orAny(v.AllowedURLs)}})
	})
}

// changeOrFind changes the partner that args[0] names, or only finds it when nothing else was said.
func changeOrFind(cmd *cobra.Command, admin *command.Admin, args []string, change func(*integration.Integration) error) (integration.Integration, error) {
	if len(args) > 1 {
		return admin.Integrations.Update(cmd.Context(), args[0], change, command.Actor())
	}
	all, err := admin.Integrations.List(cmd.Context())
	if err != nil {
		return integration.Integration{}, err
	}
	for _, i := range all {
		if i.UUID == args[0] || i.Name == args[0] {
			return i, nil
		}
	}
	return integration.Integration{}, integration.ErrNotFound
}

// merge adds items to a list, or takes them off; nothing stands in it twice.
func merge[T comparable](list, items []T, remove bool) []T {
	merged := slices.DeleteFunc(slices.Clone(list), func(have T) bool { return slices.Contains(items, have) })
	if !remove {
		for _, item := range items {
			if !slices.Contains(merged, item) {
				merged = append(merged, item)
			}
		}
	}
	return merged
}

// urlPrefix checks the beginning of an address. It ends the host with a slash, so that https://example.com does not allow
// https://example.com.evil.example.
func urlPrefix(text string, mode integration.Mode) (string, error) {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" ||
		u.Scheme != "https" && (u.Scheme != "http" || mode != integration.Sandbox) {
		return "", command.Usagef("%q must begin with https:// and a host, and have no query", text)
	}
	u.Host = strings.ToLower(u.Host)
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String(), nil
}

// integrationView is a partner for programs.
type integrationView struct {
	ID           string    `json:"id"`
	Name         string    `json:"name"`
	Mode         string    `json:"mode"`
	DelegatedKYC bool      `json:"delegated_kyc"`
	AllowedIPs   []string  `json:"allowed_ips"`
	AllowedURLs  []string  `json:"allowed_urls"`
	CreatedAt    time.Time `json:"created_at"`
}

func viewIntegration(i integration.Integration) integrationView {
	addresses := []string{}
	for _, network := range i.AllowedIPs {
		addresses = append(addresses, network.String())
	}
	return integrationView{ID: i.UUID, Name: i.Name, Mode: string(i.Mode), DelegatedKYC: i.DelegatedKYC, AllowedIPs: addresses,
		AllowedURLs: append([]string{}, i.AllowedURLs...), CreatedAt: i.CreatedAt.UTC()}
}

func orAny(list []string) string {
	if len(list) == 0 {
		return "any"
	}
	return strings.Join(list, " ")
}

// printKeys shows a new pair of keys, the only time that the secret is seen.
func printKeys(p *command.Program, i integration.Integration, keys integration.Keys, asJSON bool) error {
	v := viewIntegration(i)
	if asJSON {
		return p.PrintJSON(struct {
			integrationView
			APIKey    string `json:"api_key"`
			APISecret string `json:"api_secret"`
		}{v, keys.APIKey, keys.APISecret})
	}
	err := p.PrintRows([][]string{{"id", v.ID}, {"name", v.Name}, {"mode", v.Mode}, {"api_key", keys.APIKey}, {"api_secret", keys.APISecret}})
	if err == nil {
		_, err = fmt.Fprintln(p.Stdout, "\nKeep the api_secret now: it is not shown again.")
	}
	return err
}
