using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The layers of a recurrent decoder, each reading the states of the one below.</summary>
internal sealed class DecoderStack
{
    private readonly NetworkBuilder _network;
    private readonly RecurrentOptions _options;
    private readonly DecoderCell[] _cells;

    /// <summary>Asks for the parameters, named as the recurrent layers name them.</summary>
    internal DecoderStack(NetworkBuilder network, RecurrentOptions options, string kind, long features)
    {
        (_network, _options, _cells) = (network, options, new DecoderCell[options.Layers]);
        for (var layer = 0; layer < options.Layers; layer++)
            using (network.Scope(options.Layers == 1 ? kind : $"{kind}/layer_{layer}"))
                _cells[layer] = new(network, options, layer == 0 ? features : options.Hidden);
    }

    private int StatesOfLayer => DecoderCell.States(_options);

    /// <summary>Runs the layers over all steps, one layer after the other.</summary>
    /// <param name="x">[steps, batch, width].</param>
    /// <param name="past">The states before.</param>
    /// <param name="context">What stands beside every step's input, [batch, features]; null for nothing.</param>
    /// <returns>The topmost layer's states [steps, batch, hidden], and all states after the last step.</returns>
    internal (Value Steps, Value[] Last) Run(Value x, IReadOnlyList<Value> past, Value? context)
    {
        var last = new List<Value>();
        for (var layer = 0; layer < _cells.Length; layer++)
        {
            var cell = _cells[layer];
            var projected = cell.Project(layer == 0 ? x : _network.Dropout(x, _options.Dropout));
            if (layer == 0 && context is not null)
                projected += cell.ProjectRest(context);
            var (after, steps) = Op.Scan([.. past.Skip(layer * StatesOfLayer).Take(StatesOfLayer)], [projected], (states, slices) =>
            {
                var next = cell.Step(slices[0], states);
                return (next, [next[0]]);
            }, truncation: _options.Truncation);
            x = steps[0];
            last.AddRange(after);
        }
        return (x, [.. last]);
    }

    /// <summary>The lowest layer's product with the first features of its input.</summary>
    internal Value Project(Value x) => _cells[0].Project(x);

    /// <summary>The lowest layer's product with the last features of its input.</summary>
    internal Value ProjectRest(Value rest) => _cells[0].ProjectRest(rest);

    /// <summary>The topmost layer's state.</summary>
    internal Value Top(Value[] states) => states[(_cells.Length - 1) * StatesOfLayer];

    /// <summary>Masks of dropout between layers for a loop over steps, [steps, batch, hidden] each; none where nothing is dropped.</summary>
    internal Value[] DropoutMasks(Value x) => _options.Dropout == 0 || _network.Mode != NetworkMode.Training
        ? []
        : [.. _cells.Skip(1).Select(_ => _network.Dropout(Op.Filled(1f, [x.Shape[0], x.Shape[1], _options.Hidden], x), _options.Dropout))];

    /// <summary>One step of all layers.</summary>
    internal Value[] Step(Value projected, Value[] states, Value[] dropoutMasks)
    {
        var next = new List<Value>();
        for (var layer = 0; layer < _cells.Length; layer++)
        {
            if (layer > 0)
            {
                var below = next[(layer - 1) * StatesOfLayer];
                projected = _cells[layer].Project(dropoutMasks.Length > 0 ? below * dropoutMasks[layer - 1] : below);
            }
            next.AddRange(_cells[layer].Step(projected, states.AsSpan(layer * StatesOfLayer, StatesOfLayer)));
        }
        return [.. next];
    }
}
