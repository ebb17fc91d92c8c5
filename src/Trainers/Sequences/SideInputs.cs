using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The further inputs of a network (<see cref="SequenceTrainerOptions.Inputs"/>) by name, for networks of your own.</summary>
public sealed class SideInputs
{
    /// <summary>No further inputs.</summary>
    internal static readonly SideInputs None = new(new Dictionary<string, Sequence>());

    private readonly IReadOnlyDictionary<string, Sequence> _inputs;
    private readonly HashSet<string> _read = [];

    internal SideInputs(IReadOnlyDictionary<string, Sequence> inputs) => _inputs = inputs;

    /// <summary>The names.</summary>
    public IEnumerable<string> Names => _inputs.Keys;

    /// <summary>
    /// An input as one vector per row, [batch, features]: a vector or category itself; for a series or tokens the mean over the
    /// steps.
    /// </summary>
    /// <exception cref="GraphException">There is no input of that name.</exception>
    public Value Vector(string name) => Steps(name) is { Lengths: null } steps && steps.Steps.Shape[0] == 1 ? Op.Squeeze(steps.Steps, 0)
        : Steps(name).MeanPooling();

    /// <summary>The steps of an input, [time, batch, features]; a vector or category is one step.</summary>
    /// <exception cref="GraphException">There is no input of that name.</exception>
    public Sequence Steps(string name)
    {
        if (!_inputs.TryGetValue(name, out var input))
            throw new GraphException($"The network reads the input '{name}'; there is "
                + $"{(_inputs.Count == 0 ? "none beside the main one" : string.Join(", ", _inputs.Keys.Select(key => $"'{key}'")))}.");
        _read.Add(name);
        return input;
    }

    /// <summary>The times of the steps, [time, batch, 1] (<see cref="InputColumn.Times"/>); null where there are none.</summary>
    public Value? Times => TimesName is null ? null : Steps(TimesName).Steps;

    internal string? TimesName { get; init; }

    /// <summary>Those that stand nowhere unless the network reads them.</summary>
    internal IReadOnlyList<string> OfNetwork { get; init; } = [];

    internal bool IsRead(string name) => _read.Contains(name);

    /// <summary>The scope of an input's parameters.</summary>
    internal static string ScopeOf(string name) => ScopePrefix + name;

    internal const string ScopePrefix = "input_";
}
