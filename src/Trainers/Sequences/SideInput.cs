using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A further input of a network, and where the default networks put it.</summary>
internal sealed record SideInput(SequenceInput Input, InputPlacement Placement)
{
    internal string Name => Input.Column.InputName;

    /// <summary>Checks options' inputs against data and each other.</summary>
    /// <param name="inputs">The options.</param>
    /// <param name="schema">The training data.</param>
    /// <param name="isPerStep">Whether steps are predicted, so that there is no summary.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type, two inputs have the same name, or a name is not
    /// allowed.</exception>
    internal static SequenceColumn[] Bind(IReadOnlyList<InputColumn> inputs, DataViewSchema schema, bool isPerStep,
        SequenceNetwork network)
    {
        CheckNames(inputs, []);
        CheckTimes(inputs);
        return [.. inputs.Select(input => PlacementOf(input, isPerStep, network) is var placement
            && input.Shape is not null && placement != InputPlacement.Network
            ? throw new ArgumentException($"Column '{input.ColumnName}': {nameof(InputColumn.Placement)} of an image is {placement}; "
                + $"expected {InputPlacement.Network}: a network of several modalities reads it, or one of your own.")
            : input.AllowMissingValues && network.AllowsMissing && placement == InputPlacement.Network
                ? throw new ArgumentException($"Column '{input.ColumnName}': {nameof(InputColumn.AllowMissingValues)} is true, but the "
                    + $"network '{network.Name}' takes NaN for a row that lacks the column; expected false.")
            : SequenceColumn.Of(schema, input, !input.Kind.IsRow() && (input.MatchesSteps
                || placement is InputPlacement.Steps or InputPlacement.Times))
                .WithMissingRows(network.AllowsMissing && placement == InputPlacement.Network))];
    }

    /// <summary>As <see cref="Bind"/>, where each input becomes a vector, and all of them stand in one place.</summary>
    /// <param name="inputs">The options.</param>
    /// <param name="schema">The training data.</param>
    /// <param name="place">Where that is.</param>
    /// <exception cref="ArgumentException">As there; or an input is to stand elsewhere.</exception>
    internal static SequenceColumn[] BindRows(IReadOnlyList<InputColumn> inputs, DataViewSchema schema, RowPlace place)
    {
        if (inputs.FirstOrDefault(input => input.Placement is { } placement && placement != place.Placement) is { } other)
            throw new ArgumentException($"Column '{other.ColumnName}': {nameof(InputColumn.Placement)} is {other.Placement}, but inputs "
                + $"stand beside {place.Beside}; expected {place.Placement?.ToString() ?? "null"}.");
        CheckNames(inputs, place.Taken);
        return [.. inputs.Select(input => SequenceColumn.Of(schema, input, matchesSteps: false))];
    }

    private static void CheckNames(IReadOnlyList<InputColumn> inputs, string[] taken)
    {
        HashSet<string> names = [.. Reserved, .. taken];
        foreach (var input in inputs)
        {
            if (ProblemOf(input.Name) is { } problem)
                throw new ArgumentException($"Inputs: the input of column '{input.ColumnName}' is named '{input.Name}', which {problem}; "
                    + $"give it another {nameof(InputColumn.Name)}.");
            // A series has an input of lengths beside it.
            string[] used = input.Kind.IsRow() ? [input.Name] : [input.Name, $"{input.Name}_{ModelFormat.Lengths}"];
            if (used.FirstOrDefault(name => !names.Add(name)) is { } twice)
                throw new ArgumentException($"Inputs: two inputs of the network are named '{twice}', or it is a name the model uses "
                    + $"itself; give one of them another {nameof(InputColumn.Name)}.");
        }
    }

    /// <summary>Checks that inputs that share the main column's vectors have its vocabulary.</summary>
    /// <exception cref="ArgumentException">One has another.</exception>
    internal static void CheckVocabularies(IReadOnlyList<InputColumn> inputs, IReadOnlyList<SequenceColumn> sides, SequenceColumn main,
        DataViewSchema schema)
    {
        for (var i = 0; i < inputs.Count; i++)
            if (inputs[i].SharesVectors)
                KeyValueCheck.OneVocabulary(schema, sides[i], main);
    }

    private static void CheckTimes(IReadOnlyList<InputColumn> inputs)
    {
        InputColumn[] times = [.. inputs.Where(input => input.Placement == InputPlacement.Times)];
        if (times.Length > 1)
            throw new ArgumentException($"Inputs: columns {string.Join(" and ", times.Select(input => $"'{input.ColumnName}'"))} are times "
                + "of the steps; expected one.");
        if (times is [{ Kind: not SequenceKind.Real } other])
            throw new ArgumentException($"Column '{other.ColumnName}': {nameof(InputColumn.Placement)} is {InputPlacement.Times} for an "
                + $"input of kind {other.Kind}; expected {nameof(InputColumn)}.{nameof(InputColumn.Times)}.");
    }

    /// <summary>Columns as inputs, with the moments of their rows.</summary>
    internal static SequenceInput[] Of(IReadOnlyList<InputColumn> inputs, IReadOnlyList<SequenceRows> sides) =>
        [.. inputs.Zip(sides, (input, rows) => new SequenceInput(rows.Columns.Sequence,
            input.Standardize && input.Kind.IsReal() ? Scaling(rows) : null, input.SizeFor(rows.Columns.Sequence.TokenCount)))];

    /// <summary>The moments of the features of rows.</summary>
    internal static Moments Scaling(SequenceRows rows)
    {
        var moments = new Moments(rows.Columns.Sequence.FeatureCount);
        for (var row = 0; row < rows.Count; row++)
            for (var steps = rows.Features(row); steps.Length > 0; steps = steps[moments.Count..])
                moments.Add(steps[..moments.Count]);
        return moments;
    }

    /// <summary>Where an input is put.</summary>
    /// <exception cref="ArgumentException">It is placed beside a summary, but there is none.</exception>
    internal static InputPlacement PlacementOf(InputColumn input, bool isPerStep, SequenceNetwork network) => input.Placement switch
    {
        null when network.ReadsInputs => InputPlacement.Network,
        null => isPerStep || !input.Kind.IsRow() ? InputPlacement.Steps : InputPlacement.Summary,
        InputPlacement.Summary when isPerStep => throw new ArgumentException(
            $"Column '{input.ColumnName}': {nameof(InputColumn.Placement)} is {InputPlacement.Summary}, but a class is predicted for "
                + $"each step, so that there is no summary; expected {InputPlacement.Steps}."),
        { } placement => placement,
    };

    // What ONNX, or another program that reads the file, can't take for a name, and what the model's own tensors are called.
    private static string? ProblemOf(string name) =>
        string.IsNullOrWhiteSpace(name) ? "has no letter"
        : name.Any(char.IsControl) ? "has a control character"
        : name.Length > LongestName ? $"has {name.Length} characters, more than {LongestName}"
        : name.StartsWith(SavedChain.Prefix, StringComparison.Ordinal) ? $"begins with '{SavedChain.Prefix}', as names in saved models do"
        : PlanTensors.Find(name) is not null || Plans.Any(plan => name.StartsWith(plan, StringComparison.Ordinal))
            ? "is that of a tensor of the model's own"
        : null;

    private static readonly string[] Plans = ["edges/", "edges" + PlanTensors.LoopSuffix + "/", "graphs/", LinkHead.Pairs + "/"];

    private const int LongestName = 256;

    private static readonly string[] Reserved =
    [
        ModelFormat.Tokens, ModelFormat.Features, ModelFormat.Lengths, ModelFormat.Score,
            ModelFormat.PredictedLabel, ModelFormat.Probability, ModelFormat.Vector, ModelFormat.Attention,
            ModelFormat.PoolingAttention, ModelFormat.Updates, ModelFormat.LogLikelihood, ModelFormat.States, Head.Labels,
            AlignmentHead.LabelLengths, Head.Weights,
    ];
}

/// <summary>The one place in a network where further inputs stand, each as a vector.</summary>
/// <param name="Beside">What they stand beside, for errors.</param>
/// <param name="Placement">What it is called; null where it has no name.</param>
/// <param name="Taken">Names of inputs and outputs that the model uses itself.</param>
internal sealed record RowPlace(string Beside, InputPlacement? Placement, string[] Taken);
