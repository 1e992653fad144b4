package onramp

import (
	"context"
	"fmt"
	"strings"
	"time"

	"rampa/internal/customer"
)

// needsProof reports whether the payment's wallet must be proved to be the customer's own before coins go there: of a
// self-hosted one, above the policy's amount (Regulation (EU) 2023/1113, article 14(5)).
func (s *Service) needsProof(ctx context.Context, r *Row) (bool, error) {
	asked := r.Wallet.DeclaredBy == "payer" && r.Wallet.Kind == SelfHosted || r.Wallet.DeclaredBy == "integration" && s.Policy.ProofOverAPI
	if !asked || !r.Wallet.ProvedAt.IsZero() {
		return false, nil
	}
	cents, err := s.euros(ctx, r.Amount)
	return cents > s.Policy.ProofAbove, err
}

// proofText is what the wallet signs. It names everything that it stands for, so that the signature proves nothing else.
func proofText(r *Row) string {
	return fmt.Sprintf("I own the wallet %s on %s.\nIt receives the coins of payment %s.", r.Wallet.Address, r.Chain, r.ID)
}

// Prove takes the wallet's signature of the text that Visit gave (EIP-191 on EVM chains). Errors: ErrNotFound, ErrMove, ErrProof.
func (s *Service) Prove(ctx context.Context, paymentID, signature string) error {
	return s.change(ctx, paymentID, func(ctx context.Context, tx Tx, r *Row) error {
		needs, err := s.needsProof(ctx, r)
		if err != nil {
			return err
		}
		if !needs || r.Wallet.Address == "" || r.Status.Over() {
			return ErrMove
		}
		if !s.Wallets.Signed(r.Chain, r.Wallet.Address, proofText(r), strings.TrimSpace(signature)) {
			return ErrProof
		}
		r.Wallet.Proof, r.Wallet.ProvedAt = "signed_message", s.Now()
		if err := s.note(ctx, tx, r, act{"payment.wallet_proved", payer(customer.Visitor{}), ""}); err != nil {
			return err
		}
		if r.Status == PaymentReceived {
			return s.proceed(ctx, tx, r, time.Time{})
		}
		return nil
	})
}
