// Reads a wallet's coins and a transaction's receipt as any script of an integrator would: node balance.mjs RPC CONTRACT WALLET TXID
import { Contract, JsonRpcProvider } from "ethers";

const [rpc, contract, wallet, txid] = process.argv.slice(2);
const chain = new JsonRpcProvider(rpc);
const coin = new Contract(contract, ["function balanceOf(address) view returns (uint256)", "function decimals() view returns (uint8)", "function symbol() view returns (string)"], chain);
const receipt = await chain.getTransactionReceipt(txid);
console.log(JSON.stringify({ balance: String(await coin.balanceOf(wallet)), decimals: Number(await coin.decimals()), symbol: await coin.symbol(), succeeded: receipt?.status === 1 }));
chain.destroy();
