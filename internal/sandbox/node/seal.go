package node

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/ethereum/go-ethereum/common"
	"github.com/ethereum/go-ethereum/core"
	"github.com/ethereum/go-ethereum/core/rawdb"
	"github.com/ethereum/go-ethereum/core/types"
	"github.com/ethereum/go-ethereum/miner"
)

// finality is how many blocks a reorganisation may take back: older ones are told as final.
const finality = 64

// content is what goes into a block.
type content bool

const (
	waiting content = false // what waits in the pool
	nothing content = true
)

// seal makes a block whenever there is a transaction to put into it.
func (n *Node) seal() {
	defer close(n.sealed)
	arrived := make(chan core.NewTxsEvent, 1024)
	sub := n.backend.TxPool().SubscribeTransactions(arrived, true)
	defer sub.Unsubscribe()
	again := time.NewTicker(time.Second) // what no event told of
	defer again.Stop()
	for {
		select {
		case <-n.stop:
			return
		case <-arrived:
		case <-again.C:
		}
		if err := n.Commit(); err != nil {
			n.Log.Error("the sandbox's chain could not make a block", "error", err)
		}
	}
}

// Commit makes blocks of what waits; none if nothing does, and none that would be empty.
func (n *Node) Commit() error {
	n.sealing.Lock()
	defer n.sealing.Unlock()
	for {
		if err := n.backend.TxPool().Sync(); err != nil {
			return nil
		}
		if pending, _ := n.backend.TxPool().Stats(); pending == 0 {
			return nil
		}
		b, err := n.build(n.backend.BlockChain().CurrentBlock(), waiting)
		if err != nil || len(b.Transactions()) == 0 {
			return err
		}
		if err := n.insert(b); err != nil {
			return err
		}
		if err := n.adopt(b); err != nil {
			return err
		}
	}
}

// Mine makes empty blocks, for confirmations.
func (n *Node) Mine(blocks int) error {
	n.sealing.Lock()
	defer n.sealing.Unlock()
	for range blocks {
		b, err := n.grow(n.backend.BlockChain().CurrentBlock())
		if err != nil {
			return err
		}
		if err := n.adopt(b); err != nil {
			return err
		}
	}
	return nil
}

// Reorg takes the last blocks back: a longer branch without their transactions takes their place. The transactions wait again, and are mined
// anew within a second, in other blocks.
func (n *Node) Reorg(depth int) error {
	n.sealing.Lock()
	defer n.sealing.Unlock()
	head := n.backend.BlockChain().CurrentBlock()
	if depth < 1 || depth > finality || uint64(depth) > head.Number.Uint64() {
		return fmt.Errorf("%d blocks of %v cannot be taken back", depth, head.Number)
	}
	at := n.backend.BlockChain().GetHeaderByNumber(head.Number.Uint64() - uint64(depth))
	var branch *types.Block
	for range depth + 1 {
		b, err := n.grow(at)
		if err != nil {
			return err
		}
		branch, at = b, b.Header()
	}
	return n.adopt(branch)
}

// grow adds an empty block to any block.
func (n *Node) grow(parent *types.Header) (*types.Block, error) {
	b, err := n.build(parent, nothing)
	if err != nil {
		return nil, err
	}
	return b, n.insert(b)
}

// build makes the next block, at the time of the clock.
func (n *Node) build(parent *types.Header, c content) (*types.Block, error) {
	args := &miner.BuildPayloadArgs{Parent: parent.Hash(), Timestamp: max(uint64(max(n.Now().Unix(), 0)), parent.Time+1), Withdrawals: types.Withdrawals{}, BeaconRoot: &common.Hash{}}
	rand.Read(args.Random[:])
	b, _, err := n.backend.Miner().BuildTestingPayload(args, nil, bool(c), nil)
	return b, err
}

// insert writes a block down for good, while nobody sees it yet.
func (n *Node) insert(b *types.Block) error {
	if _, err := n.backend.BlockChain().InsertBlockWithoutSetHead(context.Background(), b, false); err != nil {
		return err
	}
	return n.backend.ChainDb().SyncKeyValue()
}

// adopt makes a block the newest one.
func (n *Node) adopt(b *types.Block) error {
	chain := n.backend.BlockChain()
	if _, err := chain.SetCanonical(b); err != nil {
		return err
	}
	chain.SetSafe(b.Header())
	if old := b.NumberU64(); old > finality {
		chain.SetFinalized(chain.GetHeaderByNumber(old - finality))
	} else {
		chain.SetFinalized(chain.Genesis().Header())
	}
	return n.backend.ChainDb().SyncKeyValue()
}

// recover adopts what was written down and then seen, but not noted as the newest block when the process was killed.
func (n *Node) recover() error {
	for {
		head := n.backend.BlockChain().CurrentBlock()
		next := n.child(head)
		if next == nil {
			return n.adopt(n.backend.BlockChain().GetBlockByHash(head.Hash()))
		}
		if err := n.adopt(next); err != nil {
			return errors.Join(errors.New("recover"), err)
		}
	}
}

func (n *Node) child(parent *types.Header) *types.Block {
	height := parent.Number.Uint64() + 1
	for _, hash := range rawdb.ReadAllHashes(n.backend.ChainDb(), height) {
		if b := n.backend.BlockChain().GetBlock(hash, height); b != nil && b.ParentHash() == parent.Hash() {
			return b
		}
	}
	return nil
}
