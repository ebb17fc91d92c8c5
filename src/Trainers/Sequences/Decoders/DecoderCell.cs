using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>One layer of a recurrent decoder, a step at a time, with the parameters of <see cref="LstmLayer"/>, <see cref="GruLayer"/> and <see cref="RnnLayer"/>.</summary>
internal sealed class DecoderCell
{
    private readonly RecurrentOptions _options;
    private readonly Value _input, _recurrent, _bias;
    private readonly Value? _candidateBias;

    /// <summary>Asks for the parameters in the current scope.</summary>
    internal DecoderCell(NetworkBuilder network, RecurrentOptions options, long features)
    {
        _options = options;
        var hidden = options.Hidden;
        var gates = options switch { LstmOptions => 4, GruOptions => 3, _ => 1 };
        var isRelu = options is RnnOptions { Activation: RnnActivation.Relu };
        _input = network.Parameter("input_weight", [features, gates * hidden], isRelu ? Initializers.HeUniform : Initializers.GlorotUniform);
        _recurrent = network.Parameter("recurrent_weight", [hidden, gates * hidden], Initializers.Orthogonal);
        _bias = network.Parameter("bias", [gates * hidden], options is LstmOptions lstm ? ForgetBias(lstm) : Initializers.Zeros, decays: false);
        _candidateBias = options is GruOptions ? network.Parameter("candidate_bias", [hidden], Initializers.Zeros, decays: false) : null;
    }

    /// <summary>How many states a layer has: an LSTM's state and cell, else the state.</summary>
    internal static int States(RecurrentOptions options) => options is LstmOptions ? 2 : 1;

    /// <summary>x W + b, [.., gates·hidden], where x has the first features of the layer's input or all.</summary>
    internal Value Project(Value x) => Op.MatMul(x, Op.Slice(_input, 0, 0, x.Shape[-1].Size)) + _bias;

    /// <summary>The product with the weights of the input's last features, without bias.</summary>
    internal Value ProjectRest(Value rest) => Op.MatMul(rest, Op.Slice(_input, 0, _input.Shape[0].Size - rest.Shape[-1].Size));

    /// <summary>One step.</summary>
    /// <param name="projected">The whole input's product with the weights, and the bias, [batch, gates·hidden].</param>
    /// <param name="states">The state [batch, hidden], and the cell of an LSTM.</param>
    internal Value[] Step(Value projected, ReadOnlySpan<Value> states)
    {
        long hidden = _options.Hidden;
        var h = states[0];
        var product = Op.MatMul(h, _recurrent);
        switch (_options)
        {
            case LstmOptions:
                var parts = Op.Split(projected + product, 1, 3 * hidden, hidden);
                var gates = Op.Split(Op.Sigmoid(parts[0]), 1, hidden, hidden, hidden);                  // i, o, f
                var cell = gates[2] * states[1] + gates[0] * Op.Tanh(parts[1]);
                return [gates[1] * Op.Tanh(cell), cell];
            case GruOptions:
                Value[] x = Op.Split(projected, 1, 2 * hidden, hidden), u = Op.Split(product, 1, 2 * hidden, hidden);
                var zr = Op.Split(Op.Sigmoid(x[0] + u[0]), 1, hidden, hidden);
                var candidate = Op.Tanh(x[1] + zr[1] * (u[1] + _candidateBias!));
                return [candidate + zr[0] * (h - candidate)];
            case RnnOptions { Activation: RnnActivation.Relu }:
                return [Op.Relu(projected + product)];
            default:
                return [Op.Tanh(projected + product)];
        }
    }

    private static Initializer ForgetBias(LstmOptions options) => (sizes, _) =>
    {
        var bias = new float[sizes[0]];
        Array.Fill(bias, options.ForgetBias, 2 * options.Hidden, options.Hidden);
        return bias;
    };
}
