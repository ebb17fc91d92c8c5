using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The decoder of Jordan 1986: its state is its previous output. With a source the first state is tanh of a linear map of its summary.
/// </summary>
/// <param name="Hidden">Size of the hidden layer.</param>
/// <param name="Outputs">Size of the output.</param>
internal sealed record JordanDecoder(int Hidden, int Outputs) : SequenceDecoder
{
    public override string Name => "Jordan network";

    public override DecoderMemory Prepare(NetworkBuilder network, int embeddingSize, EncodedSequence? source)
    {
        using var scope = network.Scope("decoder_memory");
        var first = source is null ? null : Op.Tanh(network.Linear(source.Final ?? source.Steps.Last, Outputs, name: "output"));
        return new([], [new("output", ["batch", Outputs], first)]);
    }

    public override DecodedSteps Decode(NetworkBuilder network, Value x, DecoderMemory memory) =>
        Write(network, x, memory.States[0].First) with { Present = [] };

    public override DecodedSteps Continue(NetworkBuilder network, Value x, Value position, IReadOnlyList<Value> past,
        DecoderMemory memory) =>
        Write(network, x, past[0]);

    private DecodedSteps Write(NetworkBuilder network, Value x, Value? first)
    {
        using var scope = network.Scope("decoder");
        var (output, last) = network.Jordan(new(network, Op.Transpose(x, 1, 0, 2), null), Hidden, Outputs, first);
        return new(Op.Transpose(output.Steps, 1, 0, 2), [last], null);
    }
}
