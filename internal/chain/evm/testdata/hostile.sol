// SPDX-License-Identifier: UNLICENSED
// Coins that do not behave, for internal/chain/evm's tests. Compiled by compile.sh, solc 0.8.37, evmVersion paris.
pragma solidity 0.8.37;

contract Base {
    event Transfer(address indexed from, address indexed to, uint256 value);

    mapping(address => uint256) public balanceOf;

    function mint(address to, uint256 value) external {
        balanceOf[to] += value;
        emit Transfer(address(0), to, value);
    }

    function move(address to, uint256 value) internal {
        require(balanceOf[msg.sender] >= value, "too little");
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        emit Transfer(msg.sender, to, value);
    }
}

// Silent says nothing, as Tether's contract on Ethereum does.
contract Silent is Base {
    function transfer(address to, uint256 value) external {
        move(to, value);
    }
}

// Refusing says false and moves nothing, from the moment that it is told to.
contract Refusing is Base {
    bool public refuses;

    function refuse() external {
        refuses = true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        if (refuses) {
            return false;
        }
        move(to, value);
        return true;
    }
}

// Taxed keeps a hundredth of what is sent.
contract Taxed is Base {
    function transfer(address to, uint256 value) external returns (bool) {
        move(address(this), value / 100);
        move(to, value - value / 100);
        return true;
    }
}

// Boasting says true and logs another's transfer, but moves nothing.
contract Boasting is Base {
    function transfer(address to, uint256 value) external returns (bool) {
        emit Transfer(address(this), to, value);
        return true;
    }
}

// Diverting sends all of it to somebody else.
contract Diverting is Base {
    function transfer(address, uint256 value) external returns (bool) {
        move(address(this), value);
        return true;
    }
}
