using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>
/// Attention of every head to all steps, without masks, and the gradients of queries, keys and values. A pair of steps takes 2 · width
/// operations in each product: 2 forward (scores, output) and 4 backward (of values, of weights, of queries, of keys), so that all takes
/// 12 · batch · heads · steps² · width. Scores that are computed again because they weren't kept don't count.
/// </summary>
internal sealed class AttentionCase(int batch, int heads, int steps, int width) : BoundCase
{
    private static readonly string[] Names = ["query", "key", "value", "gradient"];

    public override Cost Cost { get; } = new(12.0 * batch * heads * steps * steps * width, 0);

    protected override IReadOnlyList<(string Name, Value Value)> Write(NetworkBuilder network)
    {
        var inputs = Array.ConvertAll(Names, name => network.Input(name, ElementType.Float, [batch, heads, steps, width]));
        var attended = network.ScaledDotProductAttention(inputs[0], inputs[1], inputs[2]).Output;
        var gradients = Gradients.Of(attended, inputs[..3], seed: inputs[3]);
        return [("attended", attended), .. gradients.Zip(Names, (gradient, name) => ($"{name} gradient", gradient!))];
    }

    protected override TensorInputs Inputs(IReadOnlySet<string> names)
    {
        var (random, inputs) = (new Random(1), new TensorInputs());
        foreach (var name in Names)
            inputs[name] = TensorData.Create(GraphCase.RandomFloats(random, batch * heads * steps * width), batch, heads, steps, width);
        return inputs;
    }
}
