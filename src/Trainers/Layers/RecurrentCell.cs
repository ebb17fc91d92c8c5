using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// One step of a recurrent layer, written with graph operations. A new kind of cell makes its weights in its constructor and writes its
/// equations in <see cref="Step"/>; stacking, both directions, sequences of different lengths, gradients and deployment come with it.
/// </summary>
/// <remarks>
/// The part of the equations that reads the input, x W + b, is computed for all steps at once before the loop. Parameters:
/// <c>input_weight</c> [features, gates·hidden], <c>bias</c> [gates·hidden], and those that the kind of cell adds.
/// </remarks>
public abstract class RecurrentCell
{
    private readonly Initializer _initializer;
    private readonly long[] _parts;
    private readonly Value[]? _initialStates;
    private readonly string _name;
    private readonly IReadOnlyList<string> _states;

    /// <summary>Makes the parameters that every cell has.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">The layer's options.</param>
    /// <param name="features">Number of features of the input.</param>
    /// <param name="gates">
    /// The parts of x W + b, as multiples of the hidden size: [1, 1] passes two tensors [batch, hidden] to <see cref="Step"/>, [4] passes
    /// one of [batch, 4·hidden]. What a step would have to split anyway is best split here, outside the loop.
    /// </param>
    /// <param name="weightInitializer">Initial W; null for Glorot's uniform distribution.</param>
    /// <param name="biasInitializer">Initial b; null for zeros.</param>
    protected RecurrentCell(
        NetworkBuilder network, RecurrentOptions options, long features, ReadOnlySpan<int> gates,
        Initializer? weightInitializer = null, Initializer? biasInitializer = null)
    {
        (Network, Hidden, _name, _states) = (network, options.Hidden, options.Name, options.StateNames);
        _initializer = weightInitializer ?? Initializers.GlorotUniform;
        _parts = new long[gates.Length];
        for (var part = 0; part < gates.Length; part++)
            _parts[part] = gates[part] * (long)Hidden;
        InputWeight = Weight("input_weight", features);
        Bias = network.Parameter("bias", [_parts.Sum()], biasInitializer ?? Initializers.Zeros, decays: false);
        if (options.LearnedInitialStates)
            _initialStates = [.. options.StateNames.Select(InitialState)];
    }

    // A cell around another one, which has the weights.
    private protected RecurrentCell(NetworkBuilder network, RecurrentOptions options)
    {
        (Network, Hidden, _name, _states) = (network, options.Hidden, options.Name, options.StateNames);
        (_initializer, _parts, InputWeight, Bias) = (Initializers.Zeros, [], null!, null!);
        if (options.LearnedInitialStates)
            _initialStates = [.. options.StateNames.Select(InitialState)];
    }

    /// <summary>The network.</summary>
    protected NetworkBuilder Network { get; }

    /// <summary>Size of the hidden state.</summary>
    protected int Hidden { get; }

    /// <summary>W, [features, gates·hidden].</summary>
    protected Value InputWeight { get; }

    /// <summary>b, [gates·hidden].</summary>
    protected Value Bias { get; }

    /// <summary>The part of the steps that depends only on their input, x W + b, for many steps at once.</summary>
    /// <param name="x">[.., features].</param>
    /// <returns>The parts given to the constructor, each [.., part].</returns>
    public virtual Value[] Project(Value x)
    {
        var biases = Split(Bias);
        return [.. Split(InputWeight).Select((weight, part) => Product(x, weight, biases[part]))];
    }

    /// <summary>Whether the cell reads the times of the steps, where there are some (<see cref="SideInputs.Times"/>).</summary>
    public virtual bool ReadsTimes => false;

    /// <summary>The same as <see cref="Project"/>, for a cell that reads times.</summary>
    /// <param name="x">[time, batch, features].</param>
    /// <param name="times">[time, batch, 1]; null where there are none.</param>
    /// <returns>The parts that <see cref="Step"/> is given, each [time, batch, part].</returns>
    public virtual Value[] ProjectAt(Value x, Value? times) => Project(x);

    /// <summary>
    /// The same for a second input, c V, which is added to <see cref="Project"/>: the context found by a decoder's attention. V is a
    /// parameter <c>context_weight</c> [features, gates·hidden].
    /// </summary>
    /// <param name="context">[.., features].</param>
    /// <returns>The same parts as from <see cref="Project"/>.</returns>
    public virtual Value[] ProjectContext(Value context) =>
        [.. Split(Weight("context_weight", context.Shape[-1].Size)).Select(weight => Product(context, weight, null))];

    /// <summary>The cell's equations: the states after a step.</summary>
    /// <param name="input">The parts of <see cref="Project"/> for this step, each [batch, part].</param>
    /// <param name="states">
    /// The states before the step in the order of <see cref="RecurrentOptions.StateNames"/>, each [batch, hidden].
    /// </param>
    /// <returns>The states after it, in the same order and with the same shapes.</returns>
    public abstract Value[] Step(Value[] input, Value[] states);

    /// <summary>
    /// Writes the layer as one fused ONNX operator, for the deployed model. Without one it is deployed as a <c>Scan</c> over
    /// <see cref="Step"/>.
    /// </summary>
    /// <param name="layer">The operator's inputs.</param>
    /// <returns>
    /// The hidden state after every step [time, directions, batch, hidden], then every state after the last step
    /// [directions, batch, hidden]; null where ONNX has no operator for the cell.
    /// </returns>
    public virtual Value[]? Fused(FusedRecurrence layer) => null;

    /// <summary>The states after a step, checked against those before it.</summary>
    /// <exception cref="GraphException">Their number or a shape differs, or the cell indexes parts or states that don't exist.</exception>
    internal Value[] Next(Value[] input, Value[] states)
    {
        Value[] next;
        try
        {
            next = Step(input, states);
        }
        catch (IndexOutOfRangeException error)
        {
            throw new GraphException($"A step of {_name} reads more than it is given: {input.Length} parts of the input, "
                + $"{states.Length} states ({string.Join(", ", _states)}).", error);
        }
        if (next.Length != states.Length)
            throw new GraphException($"A step of {_name} returned {next.Length} states; expected {string.Join(", ", _states)}.");
        for (var i = 0; i < next.Length; i++)
            if (!next[i].Shape.Equals(states[i].Shape))
                throw new GraphException($"A step of {_name} made {next[i].Shape} of the state '{_states[i]}', {states[i].Shape}.");
        return next;
    }

    /// <summary>Called with the states after each sequence's last step, once the layer is written.</summary>
    /// <param name="x">What the layer read.</param>
    /// <param name="last">The states, each [batch, hidden].</param>
    internal virtual void Finish(Sequence x, Value[] last)
    {
    }

    /// <summary>The cell's form for the kernel <see cref="Recurrence"/>; null where the kernel doesn't have it.</summary>
    internal virtual RecurrenceCell? Kernel => null;

    /// <summary>The weights of one direction for the kernel, given the states before the first step where they aren't zeros.</summary>
    internal RecurrenceWeights ForKernel(Value[] initial) => new(
        InputWeight, Kernel!.Recurrent, Bias, Kernel.Extra, initial.ElementAtOrDefault(0), initial.ElementAtOrDefault(1));

    /// <summary>The states before the first step, each [batch, hidden].</summary>
    internal Value[] InitialStates(Dim batch, Value like)
    {
        var zeros = Op.Filled(0f, [batch, Hidden], like);
        return _initialStates is null ? [.. Enumerable.Repeat(zeros, _states.Count)] : [.. _initialStates.Select(state => zeros + state)];
    }

    private Value Weight(string name, long features) => Network.Parameter(name, [features, _parts.Sum()], _initializer);

    private Value InitialState(string name) => Network.Parameter("initial_" + name, [Hidden], Initializers.Zeros, decays: false);

    private Value[] Split(Value weight) => _parts.Length == 1 ? [weight] : Op.Split(weight, -1, _parts);

    // The bias is added in the product.
    private static Value Product(Value x, Value weight, Value? bias) =>
        Op.Reshape(Op.Gemm(Op.AsMatrix(x), weight, bias), x.Shape.With(-1, weight.Shape[1]), x);
}
