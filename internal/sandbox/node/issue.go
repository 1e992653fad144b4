package node

import (
	"context"
	"crypto/ecdsa"
	"fmt"
	"math/big"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/crypto"
	"github.com/ethereum/go-ethereum/params"

	"rampa/internal/sandbox/token"
)

// Faucet is the key of the address that holds the chain's own coins from the start. It is public: anybody may take coins to test with.
func Faucet() *ecdsa.PrivateKey { return keyOf("rampa sandbox faucet") }

// issuer deploys the coins and may mint them.
func issuer() *ecdsa.PrivateKey { return keyOf("rampa sandbox issuer") }

func keyOf(text string) *ecdsa.PrivateKey {
	key, err := crypto.ToECDSA(crypto.Keccak256([]byte(text)))
	if err != nil {
		panic("node: " + text + " makes no key") // found by the first test
	}
	return key
}

// Address is the address of a key.
func Address(key *ecdsa.PrivateKey) common.Address { return crypto.PubkeyToAddress(key.PublicKey) }

// Deploy gives the contract of a coin on a chain of the matrix, and makes it at the first call.
func (n *Node) Deploy(ctx context.Context, key string, s token.Spec) (common.Address, error) {
	n.deploying.Lock()
	defer n.deploying.Unlock()
	if known, ok := n.contract[key]; ok {
		return known, nil
	}
	data, err := token.Creation(s)
	if err != nil {
		return common.Address{}, err
	}
	receipt, err := n.send(ctx, issuer(), &types.DynamicFeeTx{Data: data, Gas: 2_000_000})
	if err != nil {
		return common.Address{}, err
	}
	n.contract[key] = receipt.ContractAddress
	return receipt.ContractAddress, n.write("contracts.json", n.contract)
}

// Mint makes coins, in base units, for an address.
func (n *Node) Mint(ctx context.Context, contract, to common.Address, value *big.Int) (common.Hash, error) {
	data, err := token.Mint(to, value)
	if err != nil {
		return common.Hash{}, err
	}
	return n.hash(n.send(ctx, issuer(), &types.DynamicFeeTx{To: &contract, Data: data, Gas: 200_000}))
}

// Fund gives an address the chain's own coins, in wei.
func (n *Node) Fund(ctx context.Context, to common.Address, wei *big.Int) (common.Hash, error) {
	return n.hash(n.send(ctx, issuer(), &types.DynamicFeeTx{To: &to, Value: wei, Gas: 21_000}))
}

// Deposit sends coins from the faucet, as a customer's wallet would: base units of a contract's, minted for it first, or wei of the chain's
// own where the contract is the zero address.
func (n *Node) Deposit(ctx context.Context, contract, to common.Address, value *big.Int) (common.Hash, error) {
	if contract == (common.Address{}) {
		return n.hash(n.send(ctx, Faucet(), &types.DynamicFeeTx{To: &to, Value: value, Gas: 100_000}))
	}
	if _, err := n.Mint(ctx, contract, Address(Faucet()), value); err != nil {
		return common.Hash{}, err
	}
	data, err := token.Transfer(to, value)
	if err != nil {
		return common.Hash{}, err
	}
	return n.hash(n.send(ctx, Faucet(), &types.DynamicFeeTx{To: &contract, Data: data, Gas: 200_000}))
}

func (n *Node) hash(r *types.Receipt, err error) (common.Hash, error) {
	if err != nil {
		return common.Hash{}, err
	}
	return r.TxHash, nil
}

// send signs a transaction of ours, sends it and waits for its receipt.
func (n *Node) send(ctx context.Context, from *ecdsa.PrivateKey, inner *types.DynamicFeeTx) (*types.Receipt, error) {
	n.issuing.Lock()
	defer n.issuing.Unlock()
	nonce, err := n.client.PendingNonceAt(ctx, Address(from))
	if err != nil {
		return nil, err
	}
	inner.ChainID, inner.Nonce, inner.GasTipCap, inner.GasFeeCap = big.NewInt(ChainID), nonce, big.NewInt(params.GWei), big.NewInt(100*params.GWei)
	tx, err := types.SignNewTx(from, types.LatestSignerForChainID(inner.ChainID), inner)
	if err != nil {
		return nil, err
	}
	if err := n.client.SendTransaction(ctx, tx); err != nil {
		return nil, err
	}
	for {
		if err := n.Commit(); err != nil {
			return nil, err
		}
		r, err := n.client.TransactionReceipt(ctx, tx.Hash())
		switch {
		case err == nil && r.Status != types.ReceiptStatusSuccessful:
			return nil, fmt.Errorf("transaction %s failed", tx.Hash())
		case err == nil:
			return r, nil
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(5 * time.Millisecond):
		}
	}
}
