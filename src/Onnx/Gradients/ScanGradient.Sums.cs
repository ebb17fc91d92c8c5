namespace MLSeqGraph.Onnx;

// The values that leave the backward loop: a tensor of every step, or its sum over all steps.
internal sealed partial class ScanGradient
{
    // Summing after the loop takes memory for every step; summing inside it takes time in every step.
    private const long SmallTensor = 4096;

    private readonly List<Value> _lifted = []; // outputs of the backward loop for every step

    // The values of all steps of a value of either body, once the backward loop is complete.
    private Func<Node, Value> Lift(Value value)
    {
        if (value.Graph == _body)
        {
            var sequence = Saved(value);
            return _ => sequence;
        }
        // A view of the same elements is taken over all steps at once.
        if (value is { Producer: { } node } && value.Graph == _backward && IsOfStep(node.Inputs[0]!))
        {
            if (node.OpType == "Transpose")
            {
                var inner = Lift(node.Inputs[0]!);
                int[] order = [0, .. node.Attribute<long[]>("perm").Select(axis => (int)axis + 1)];
                return loop => Op.Transpose(inner(loop), order);
            }
            if (node.OpType is "Reshape" or "Squeeze" or "Unsqueeze")
            {
                var inner = Lift(node.Inputs[0]!);
                return loop => inner(loop) is var all ? Op.Reshape(all, value.Shape.Insert(0, all.Shape[0]), all) : all;
            }
        }
        var index = _lifted.IndexOf(value);
        if (index < 0)
        {
            index = _lifted.Count;
            _lifted.Add(value);
        }
        return loop => loop.Outputs[_nextStates.Count + index];
    }

    private bool IsOfStep(Value value) => value.Graph == _body || value.Graph == _backward;

    // Σ over the steps of a gradient. Products and sums move out of the loop; anything else is added up in a state.
    private Func<Node, Value> SumOverSteps(Value gradient, Value target)
    {
        if (gradient is { Producer: { } node } && gradient.Graph == _backward && SumOutside(node, gradient, target) is { } sum)
            return sum;
        if (IsOfStep(gradient) && gradient.Shape.Rank > 0 && gradient.Shape.Elements is { IsKnown: true, Size: <= SmallTensor })
        {
            var inner = Lift(gradient);
            return loop => Op.ReduceSum(inner(loop), [0], keepDims: false);
        }
        Value[] sources = [target, .. _forward.Inputs.OfType<Value>()];
        var zeros = gradient.Type == ElementType.Double ? Op.Filled(0.0, gradient.Shape, sources) : Op.Filled(0f, gradient.Shape, sources);
        _nextStates.Add(State("sum", gradient, zeros) + gradient);
        var state = _nextStates.Count - 1;
        return loop => loop.Outputs[state];
    }

    // The sum written with operations outside the loop, where the node that computes the gradient allows it.
    private Func<Node, Value>? SumOutside(Node node, Value gradient, Value target)
    {
        if (node.OpType == "ScatterElements")
            return SumScattered(node);
        if (!node.Inputs.Take(node.OpType is "Add" or "Gemm" or "MatMul" ? 2 : 1).All(input => IsOfStep(input!)))
            return null;
        var first = node.Inputs[0]!;
        switch (node.OpType)
        {
            case "Add" when node.Inputs.All(input => input!.Shape.Equals(gradient.Shape)):
            {
                var (left, right) = (SumOverSteps(first, target), SumOverSteps(node.Inputs[1]!, target));
                return loop => left(loop) + right(loop);
            }
            case "Neg":
            {
                var inner = SumOverSteps(first, target);
                return loop => -inner(loop);
            }
            case "Transpose":
            {
                var inner = SumOverSteps(first, target);
                int[] order = [.. node.Attribute<long[]>("perm").Select(axis => (int)axis)];
                return loop => Op.Transpose(inner(loop), order);
            }
            case "Reshape" or "Squeeze" or "Unsqueeze":
            {
                var inner = SumOverSteps(first, target);
                return loop => Op.Reshape(inner(loop), gradient.Shape, target);
            }
            case "ReduceSum":
                return SumReduced(node, target);
            case "Gemm" when node.Inputs.Count == 2:
            {
                bool transA = node.Attribute<long>("transA") == 1, transB = node.Attribute<long>("transB") == 1;
                var (left, right) = (Joined(first, transA ? 0 : 1), Joined(node.Inputs[1]!, transB ? 1 : 0));
                return loop => Op.Gemm(left(loop), right(loop), transA: transA, transB: transB);
            }
            case "MatMul" when first.Shape.Rank == node.Inputs[1]!.Shape.Rank
                && first.Shape.SkipLast(2).SequenceEqual(node.Inputs[1]!.Shape.SkipLast(2)):
            {
                var (left, right) = (Joined(first, first.Shape.Rank - 1), Joined(node.Inputs[1]!, first.Shape.Rank - 2));
                return loop => Op.MatMul(left(loop), right(loop));
            }
            default:
                return null;
        }
    }

    private Func<Node, Value>? SumReduced(Node node, Value target)
    {
        var keep = node.Attribute<long>("keepdims") == 1;
        int[] axes = [.. node.Inputs[1]!.Constant!.As<long>().Select(axis => (int)axis)];
        var reduced = node.Inputs[0]!;
        if (reduced is { Producer: { OpType: "MatMul" or "Gemm" } product } && reduced.Graph == _backward)
            return SumOutside(product, reduced, target) is { } sum ? loop => Op.ReduceSum(sum(loop), axes, keep) : null;
        var inner = Lift(reduced);
        int[] all = [0, .. axes.Select(axis => axis + 1)];
        if (!keep && axes.Length == reduced.Shape.Rank - 1 && !axes.Contains(axes.Length))
            return loop => Op.SumOfRows(inner(loop));
        return loop => keep ? Op.Squeeze(Op.ReduceSum(inner(loop), all), 0) : Op.ReduceSum(inner(loop), all, keepDims: false);
    }

    // Updates added to zeros in every step become one scatter of all steps' updates.
    private Func<Node, Value>? SumScattered(Node node)
    {
        Value zeros = node.Inputs[0]!, indices = node.Inputs[1]!, updates = node.Inputs[2]!;
        if (node.Attribute<string>("reduction") != "add" || IsOfStep(zeros) || !IsZero(zeros) || !IsOfStep(indices) || !IsOfStep(updates))
            return null;
        var axis = (int)node.Attribute<long>("axis");
        var (allIndices, allUpdates) = (Joined(indices, axis), Joined(updates, axis));
        return loop => Op.ScatterElements(zeros, allIndices(loop), allUpdates(loop), axis, add: true);
    }

    private static bool IsZero(Value value) =>
        (value.Constant ?? (value.Producer is { OpType: "ConstantOfShape" } fill ? fill.Attribute<TensorData>("value") : null)) is { } data
        && !data.Bytes.ContainsAnyExcept((byte)0);

    // The values of all steps concatenated along an axis: [.., steps · size, ..].
    private Func<Node, Value> Joined(Value value, int axis)
    {
        var inner = Lift(value);
        int[] order = [.. Enumerable.Range(1, axis), 0, .. Enumerable.Range(axis + 1, value.Shape.Rank - axis)];
        return loop =>
        {
            var all = inner(loop);
            return Op.Reshape(axis == 0 ? all : Op.Transpose(all, order), value.Shape.With(axis, all.Shape[0] * value.Shape[axis]), all);
        };
    }
}
