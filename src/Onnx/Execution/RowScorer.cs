namespace MLSeqGraph.Onnx;

/// <summary>
/// Scores rows that come one by one, such as a server's requests: joins them to one run of a model and takes its outputs apart again.
/// Several threads may use one at the same time.
/// </summary>
/// <remarks>
/// How rows are joined stands in the names of the inputs' dimensions. Along <c>batch</c> they are stacked, sequences of different lengths
/// padded with zeros; along <c>nodes</c>, <c>edges</c> and <c>pairs</c> they are put one after another, and what <c>edge_index</c> and
/// <c>pair_index</c> hold counts on from the nodes before. A row doesn't give what follows from the others: <c>lengths</c>,
/// <c>X_lengths</c>, <c>graph_index</c>. Of the outputs a row gets its own part, without the batch's axis and without steps of padding.
/// A model that cuts texts into words itself and has an output per word runs one row at a time.
/// </remarks>
public sealed class RowScorer
{
    private const string Batch = "batch", Nodes = "nodes", Lengths = "lengths", GraphIndex = "graph_index";

    // Along these rows are put one after another.
    private static readonly string[] Packed = [Nodes, "edges", "pairs"];

    private readonly OnnxSession _session;
    private readonly HashSet<string> _unmasked;
    private readonly Dictionary<string, OutputPlaces> _outputs;

    // Steps of an output that no input shows, as of words that the model cuts texts into: what is padding can't be told.
    private readonly bool _runsAlone;

    // Where each named dimension stands among the inputs of a row.
    private readonly ILookup<string, (string Input, int Axis)> _places;

    /// <summary>Takes a model.</summary>
    /// <param name="session">The model. It stays the caller's to dispose of.</param>
    /// <exception cref="ArgumentException">An input that has no default has no dimension along which rows could be joined.</exception>
    public RowScorer(OnnxSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        _session = session;
        if (session.Inputs.FirstOrDefault(input => !input.IsOptional && !IsPerRow(input)) is { } other)
            throw new ArgumentException(
                $"Input '{other}' is the same for all rows of a run: expected a first dimension '{Batch}', or one of "
                + $"'{Nodes}', 'edges' and 'pairs'.", nameof(session));
        Inputs = [.. session.Inputs.Where(input => IsPerRow(input) && !IsDerived(input))
            .Select(input => IsStacked(input) ? input with { Shape = input.Shape.Remove(0) } : input)];
        _places = Inputs.SelectMany(input => input.Shape.Select((dim, axis) => ($"{dim}", (input.Name, axis))))
            .ToLookup(place => place.Item1, place => place.Item2);
        var masked = session.Inputs.Where(IsLengths).Select(input => StepsOf(input.Name)).ToHashSet();
        // Ids of tokens are 0 in the padding, words are empty, from which the model knows it.
        masked.UnionWith(Inputs.Where(input => input is { Type: ElementType.Int64 or ElementType.String, Shape.Rank: 1 })
            .Select(input => $"{input.Shape[0]}"));
        _unmasked = [.. Inputs.Where(input => IsStacked(Declared(input.Name))).SelectMany(input => input.Shape)
            .Where(dim => !dim.IsKnown).Select(dim => $"{dim}").Where(name => !masked.Contains(name))];
        _outputs = session.Outputs.ToDictionary(output => output.Name, output => new OutputPlaces(PackedAxis(output.Shape),
            [.. output.Shape.Select(dim => $"{dim}")], [.. output.Shape.Select(dim => _places[$"{dim}"].ToArray())]));
        _runsAlone = Inputs.Any(input => input.Type == ElementType.String) && session.Outputs.Any(output =>
            output.Shape.Skip(1).Any(dim => !dim.IsKnown && !_places.Contains($"{dim}")));
    }

    /// <summary>What a row gives: the model's inputs without the batch's axis and without those that follow from the others.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>Compares a row with what the model reads.</summary>
    /// <exception cref="ArgumentException">
    /// An input is missing, unknown, empty, or of another type or shape; an index names a node that the row doesn't have.
    /// </exception>
    public void Check(IReadOnlyDictionary<string, TensorData> row)
    {
        ArgumentNullException.ThrowIfNull(row);
        InputCheck.Check(Inputs, row, EmptyInputs.RefusedByName, _session.Meanings);
        foreach (var (name, tensor) in row.Where(input => IsIndex(input.Key)))
            foreach (var node in tensor.As<long>())
                if (node < 0 || node >= NodesOf(row))
                    throw new ArgumentException(
                        $"Input '{name}' names the node {node}; expected 0 to {NodesOf(row) - 1}, since the row has {NodesOf(row)} nodes.",
                        nameof(row));
    }

    /// <summary>Runs the model on rows, together as far as it can tell padding from steps.</summary>
    /// <param name="rows">Rows as <see cref="Check"/> wants them.</param>
    /// <param name="outputs">Names of the outputs to compute; by default all.</param>
    /// <param name="cancellation">Ends the run at the next node.</param>
    /// <returns>The outputs of each row.</returns>
    /// <exception cref="ArgumentException">An output is unknown, or a row isn't as <see cref="Check"/> wants it.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed of.</exception>
    /// <exception cref="InvalidOperationException">An operation fails on what was given.</exception>
    public IReadOnlyDictionary<string, TensorData>[] Run(IReadOnlyList<IReadOnlyDictionary<string, TensorData>> rows,
        IReadOnlyCollection<string>? outputs = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var results = new IReadOnlyDictionary<string, TensorData>[rows.Count];
        foreach (var together in Enumerable.Range(0, rows.Count).GroupBy(row => _runsAlone ? $"{row}" : UnmaskedSizes(rows[row])))
        {
            int[] chosen = [.. together];
            var joined = Array.ConvertAll(chosen, row => rows[row]);
            var scored = _session.Run(Join(joined), outputs, cancellation);
            var starts = Packed.ToDictionary(dim => dim, dim => Starts(joined, dim).ToArray());
            for (var i = 0; i < chosen.Length; i++)
                results[chosen[i]] = scored.ToDictionary(
                    output => output.Key, output => Part(output.Key, output.Value, joined[i], i, starts));
        }
        return results;
    }

    /// <summary>The model's inputs for a batch of rows, as a client without this class would feed them.</summary>
    /// <param name="rows">Rows as <see cref="Check"/> wants them; of one length where the model can't tell padding from steps.</param>
    public IReadOnlyDictionary<string, TensorData> Join(IReadOnlyList<IReadOnlyDictionary<string, TensorData>> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var joined = new Dictionary<string, TensorData>();
        foreach (var input in _session.Inputs.Where(IsPerRow))
        {
            if (IsLengths(input))
                joined[input.Name] = TensorData.Vector([.. rows.Select(row => SizeOf(StepsOf(input.Name), row) ?? 1)]);
            else if (input.Name == GraphIndex)
                joined[input.Name] = TensorData.Vector([.. rows.SelectMany((row, graph) =>
                    Enumerable.Repeat((long)graph, (int)NodesOf(row)))]);
            else if (rows[0].ContainsKey(input.Name))
                joined[input.Name] = IsStacked(input) ? Stack(input, rows) : Concatenate(input, rows);
        }
        return joined;
    }

    private static TensorData Stack(TensorInfo input, IReadOnlyList<IReadOnlyDictionary<string, TensorData>> rows)
    {
        var parts = rows.Select(row => row[input.Name]).ToArray();
        var sizes = Enumerable.Range(0, input.Shape.Rank - 1).Select(axis => parts.Max(part => part.Sizes[axis])).ToArray();
        var whole = TensorBlocks.New(input.Type, [rows.Count, .. sizes]);
        var each = whole.Count / rows.Count;
        for (var row = 0; row < parts.Length; row++)
            TensorBlocks.Copy(parts[row].Elements, parts[row].Sizes, 0, whole.Elements, sizes, row * each, parts[row].Sizes);
        return whole;
    }

    private TensorData Concatenate(TensorInfo input, IReadOnlyList<IReadOnlyDictionary<string, TensorData>> rows)
    {
        var axis = PackedAxis(input.Shape);
        var parts = rows.Select(row => row[input.Name]).ToArray();
        if (IsIndex(input.Name))
            parts = [.. parts.Zip(Starts(rows, Nodes), (part, before) =>
                TensorData.Create(Array.ConvertAll(part.As<long>(), node => node + before), [.. part.Sizes]))];
        return TensorBlocks.Concatenate(parts, axis);
    }

    private TensorData Part(string name, TensorData whole, IReadOnlyDictionary<string, TensorData> inputs, int row,
        Dictionary<string, long[]> starts)
    {
        var (packed, dims, places) = _outputs[name];
        long[] from = new long[dims.Length], sizes = [.. whole.Sizes];
        if (packed >= 0)
            (from[packed], sizes[packed]) = (starts[dims[packed]][row], SizeOf(places[packed], inputs) ?? 1);
        else
            (from[0], sizes[0]) = (row, 1);
        for (var axis = 1; axis < dims.Length; axis++)
            if (axis != packed && SizeOf(places[axis], inputs) is { } steps)
                sizes[axis] = Math.Min(sizes[axis], steps);
        var part = TensorBlocks.Slice(whole, from, sizes);
        return packed >= 0 ? part : TensorData.Of(part.Type, sizes[1..], part.Elements);
    }

    // Where each row begins along a dimension.
    private IEnumerable<long> Starts(IReadOnlyList<IReadOnlyDictionary<string, TensorData>> rows, string dim)
    {
        var start = 0L;
        foreach (var row in rows)
        {
            yield return start;
            start += SizeOf(dim, row) ?? 1;
        }
    }

    private string UnmaskedSizes(IReadOnlyDictionary<string, TensorData> row) =>
        _unmasked.Count == 0 ? "" : string.Join(',', _unmasked.Select(dim => SizeOf(dim, row)));

    private long NodesOf(IReadOnlyDictionary<string, TensorData> row) => SizeOf(Nodes, row) ?? 0;

    // The size that a row's inputs give a named dimension.
    private long? SizeOf(string dim, IReadOnlyDictionary<string, TensorData> row) => SizeOf(_places[dim], row);

    private static long? SizeOf(IEnumerable<(string Input, int Axis)> places, IReadOnlyDictionary<string, TensorData> row)
    {
        foreach (var (input, axis) in places)
            if (row.TryGetValue(input, out var tensor))
                return tensor.Sizes[axis];
        return null;
    }

    private TensorInfo Declared(string name) => _session.Inputs.First(input => input.Name == name);

    private static bool IsPerRow(TensorInfo input) => PackedAxis(input.Shape) >= 0 || (input.Shape.Rank > 0 && !input.Shape[0].IsKnown);

    private static bool IsStacked(TensorInfo input) => input.Shape.Rank > 0 && PackedAxis(input.Shape) < 0;

    private static int PackedAxis(Shape shape) => shape.ToList().FindIndex(dim => Packed.Contains($"{dim}"));

    private static bool IsIndex(string input) => input is "edge_index" or "pair_index";

    private static bool IsDerived(TensorInfo input) => IsLengths(input) || input.Name == GraphIndex;

    private static bool IsLengths(TensorInfo input) => input is { Type: ElementType.Int64, Shape.Rank: 1 }
        && (input.Name == Lengths || input.Name.EndsWith("_" + Lengths, StringComparison.Ordinal));

    // The dimension that an input of lengths is about: time, or X_time.
    private static string StepsOf(string lengths) => lengths[..^Lengths.Length] + "time";

    // An output: the axis along which rows lie one after another, or -1; names of its dimensions, and where inputs show their sizes.
    private sealed record OutputPlaces(int Packed, string[] Dims, (string Input, int Axis)[][] Places);
}
