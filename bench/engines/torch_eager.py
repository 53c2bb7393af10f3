"""The same cases in PyTorch's eager mode. Prints one JSON object; run by run.ts with --python."""

import json
import sys
import time

import torch
import torch.nn.functional as F

plan = json.loads(sys.argv[1])
torch.set_num_threads(plan["threads"])
s = plan["shape"]
hidden, heads, kv_heads, head_dim = s["hidden"], s["heads"], s["kvHeads"], s["headDim"]
intermediate, rank, scale, epsilon, rows = s["intermediate"], s["rank"], s["scale"], s["epsilon"], s["rows"]
results = []


def measure(name, work, flops=None, size=None, seconds=2.0, divide=1):
    for _ in range(2):
        work()
    taken = []
    end = time.perf_counter() + seconds
    while len(taken) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        work()
        taken.append((time.perf_counter() - start) / divide)
    taken.sort()
    median = taken[len(taken) // 2]
    result = {"name": name, "milliseconds": median * 1e3, "best": taken[0] * 1e3}
    if flops is not None:
        result["gigaflops"] = flops / 1e9 / median
    if size is not None:
        result["gigabytes"] = size / 1e9 / median
    results.append(result)


def overhead():
    one = torch.ones(8)

    def chain():
        x = torch.zeros(8)
        for _ in range(2000):
            x = x + one

    measure("add of 8 values", chain, divide=2000)
    block = torch.ones(plan["readBytes"] // 4)
    measure("sum of 512 MiB", lambda: block.sum(), size=plan["readBytes"])


def products(dtype=torch.float32, suffix=""):
    for p in plan["products"]:
        m, k, n = p["m"], p["k"], p["n"]
        a = torch.randn(m, k).to(dtype)
        shape = (n, k) if p["transposeB"] else (k, n)
        weights = [(torch.randn(shape) * 0.02).to(dtype) for _ in range(plan["weightCopies"])]
        turn = [0]

        def work():
            weight = weights[turn[0] % len(weights)]
            turn[0] += 1
            return a @ (weight.t() if p["transposeB"] else weight)

        name = f"{p['name']}: {m}×{k}×{n}{suffix}"
        measure(name, work, flops=2 * m * k * n, size=weights[0].element_size() * k * n)


class Linear:
    """Frozen, with LoRA, as PEFT computes it."""

    def __init__(self, inputs, outputs, bias):
        self.weight = torch.randn(outputs, inputs) * 0.02
        self.bias = torch.randn(outputs) * 0.02 if bias else None
        self.a = (torch.randn(rank, inputs) * 0.02).requires_grad_()
        self.b = (torch.randn(outputs, rank) * 0.02).requires_grad_()

    def __call__(self, x):
        return F.linear(x, self.weight, self.bias) + F.linear(F.linear(x, self.a), self.b) * scale


def rms_norm(x, weight):
    return weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + epsilon))


def rotate_half(x):
    first, second = x.chunk(2, -1)
    return torch.cat((-second, first), -1)


def decoder_layer():
    q, k = Linear(hidden, heads * head_dim, True), Linear(hidden, kv_heads * head_dim, True)
    v, o = Linear(hidden, kv_heads * head_dim, True), Linear(heads * head_dim, hidden, False)
    gate, up, down = Linear(hidden, intermediate, False), Linear(hidden, intermediate, False), Linear(intermediate, hidden, False)
    norms = torch.ones(hidden), torch.ones(hidden)
    angles = torch.randn(rows, head_dim)
    cos, sin = angles.cos(), angles.sin()
    x = torch.randn(rows, hidden).requires_grad_()
    dy = torch.randn(rows, hidden)
    parameters = [x] + [w for layer in (q, k, v, o, gate, up, down) for w in (layer.a, layer.b)]

    def forward():
        normed = rms_norm(x, norms[0])
        split = lambda y, count: y.view(rows, count, head_dim).transpose(0, 1)
        turn = lambda y: y * cos + rotate_half(y) * sin
        queries, keys, values = turn(split(q(normed), heads)), turn(split(k(normed), kv_heads)), split(v(normed), kv_heads)
        keys, values = (y.repeat_interleave(heads // kv_heads, 0) for y in (keys, values))
        attended = F.scaled_dot_product_attention(queries[None], keys[None], values[None], is_causal=True)[0]
        residual = x + o(attended.transpose(0, 1).reshape(rows, heads * head_dim))
        again = rms_norm(residual, norms[1])
        return residual + down(F.silu(gate(again)) * up(again))

    def both():
        for parameter in parameters:
            parameter.grad = None
        (forward() * dy).sum().backward()

    projections = hidden * (2 * heads * head_dim + 2 * kv_heads * head_dim) + 3 * hidden * intermediate
    flops = 2 * rows * projections + 2 * rows * rows * heads * head_dim
    with torch.no_grad():
        measure(f"decoder layer, {rows} rows, forward", forward, flops=flops)
    measure(f"decoder layer, {rows} rows, forward and backward", both, flops=2 * flops, seconds=6)


cases = {"overhead": overhead, "products": products, "layer": decoder_layer}
for case in plan["cases"]:
    if case in cases:
        cases[case]()
print(json.dumps({"version": torch.__version__, "threads": torch.get_num_threads(), "measurements": results}))
