package node_test

import (
	"log/slog"
	"math/big"
	"testing"

	"github.com/ethereum/go-ethereum"
	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/ethclient"

	"rampa/internal/sandbox/node"
	"rampa/internal/sandbox/token"
)

func open(t *testing.T, folder string) *node.Node {
	t.Helper()
	n, err := node.Open(node.Config{Folder: folder, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAWalletReadsTheChainAndItOutlivesARestart speaks to the node as an integrator's script does, over HTTP.
func TestAWalletReadsTheChainAndItOutlivesARestart(t *testing.T) {
	ctx, folder := t.Context(), t.TempDir()
	n := open(t, folder)
	contract, err := n.Deploy(ctx, "USDC/bsc", token.Spec{Name: "USD Coin", Symbol: "USDC", Decimals: 18})
	if err != nil {
		t.Fatal(err)
	}
	somebody := common.HexToAddress("0x52908400098527886E0F7030069857D2E4169EE7")
	if _, err := n.Mint(ctx, contract, somebody, big.NewInt(148_320_000)); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Fund(ctx, somebody, big.NewInt(77)); err != nil {
		t.Fatal(err)
	}
	url := n.URL()
	for range 2 {
		c, err := ethclient.DialContext(ctx, n.URL())
		if err != nil {
			t.Fatal(err)
		}
		id, err := c.ChainID(ctx)
		if err != nil || id.Int64() != node.ChainID {
			t.Fatalf("chain id %v, %v", id, err)
		}
		balance, err := c.BalanceAt(ctx, somebody, nil)
		if err != nil || balance.Int64() != 77 {
			t.Errorf("balance %v, %v", balance, err)
		}
		held, err := c.CallContract(ctx, ethereum.CallMsg{To: &contract, Data: append(crypto.Keccak256([]byte("balanceOf(address)"))[:4], common.LeftPadBytes(somebody.Bytes(), 32)...)}, nil)
		if err != nil || new(big.Int).SetBytes(held).Int64() != 148_320_000 {
			t.Errorf("tokens %x, %v", held, err)
		}
		decimals, err := c.CallContract(ctx, ethereum.CallMsg{To: &contract, Data: crypto.Keccak256([]byte("decimals()"))[:4]}, nil)
		if err != nil || new(big.Int).SetBytes(decimals).Int64() != 18 {
			t.Errorf("decimals %x, %v", decimals, err)
		}
		c.Close()
		if err := n.Close(); err != nil {
			t.Fatal(err)
		}
		n = open(t, folder)
		if again, err := n.Deploy(ctx, "USDC/bsc", token.Spec{}); err != nil || again != contract {
			t.Errorf("the contract moved to %s, %v", again, err)
		}
		if n.URL() != url {
			t.Errorf("JSON-RPC moved from %s to %s", url, n.URL())
		}
	}
	if err := n.Close(); err != nil {
		t.Fatal(err)
	}
}
