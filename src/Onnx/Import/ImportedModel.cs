using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A model file of any make, read as a graph that can be trained further and extended: its operators become operations with gradients, its
/// tensors parameters or constants.
/// </summary>
/// <example>
/// <code>
/// var model = ImportedModel.Load("model.onnx");
/// Console.WriteLine(model.Report); OnnxFile.Save(model.ToGraph(), "same.onnx");
/// </code>
/// </example>
public sealed class ImportedModel
{
    private const long OldestOpset = 7;

    private readonly string _file;
    private readonly ParsedGraph _graph;
    private readonly Dictionary<string, long> _opsets;
    private readonly Lazy<ImportReport> _report;

    private ImportedModel(string file, ModelProto proto)
    {
        _file = file;
        // Of a repeated domain the last version counts.
        _opsets = proto.OpsetImport.GroupBy(opset => opset.Domain == "ai.onnx" ? "" : opset.Domain)
            .ToDictionary(opset => opset.Key, opset => opset.Last().Version);
        if (_opsets.GetValueOrDefault("") is var opset && opset is < OldestOpset or > OnnxFile.LastOpset)
            throw new ImportException($"it needs operator set {opset}; expected {OldestOpset} to {OnnxFile.LastOpset}");
        _graph = new(proto.Graph);
        Inputs = [.. _graph.Inputs.Select(Describe)];
        Outputs = [.. proto.Graph.Output.Select(Describe)];
        if (Outputs.Count == 0)
            throw new ImportException("it has no outputs");
        Weights = WeightSearch.Of(_graph, OutputNames);
        _report = new(MakeReport);
    }

    private ImportedModel(ImportedModel other, string tensor, TensorData data)
    {
        (_file, _opsets, Inputs, Outputs) = (other._file, other._opsets, other.Inputs, other.Outputs);
        _graph = other._graph.With(tensor, data);
        Weights = WeightSearch.Of(_graph, OutputNames);
        _report = new(MakeReport);
    }

    /// <summary>The inputs that a caller gives, in the model's order.</summary>
    public IReadOnlyList<TensorInfo> Inputs { get; }

    /// <summary>The outputs in the model's order, with the shapes that the file states.</summary>
    public IReadOnlyList<TensorInfo> Outputs { get; }

    /// <summary>The tensors that can be trained, in the order in which the model reads them.</summary>
    public IReadOnlyList<ImportedWeight> Weights { get; }

    /// <summary>What the model consists of, what can be trained, and what prevents it.</summary>
    public ImportReport Report => _report.Value;

    private string[] OutputNames => [.. Outputs.Select(output => output.Name)];

    /// <summary>Reads a model file of operator set 7 to 21, with tensors in files beside it.</summary>
    /// <exception cref="OnnxFileException">
    /// There is no such file, or it is no whole ONNX model, or of another operator set, or tensors are missing; the message says what is
    /// wrong. Operators that aren't supported are an error only when they are written.
    /// </exception>
    public static ImportedModel Load(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var bytes = ModelReader.ReadBytes(path);
        var proto = ModelReader.Read(path, () => new MemoryStream(bytes));
        if (!ExternalTensors.Read(proto, path))
            ModelReader.Check(path, bytes);
        return Named(path, () => new ImportedModel(path, proto));
    }

    /// <summary>Reads the bytes of a model file.</summary>
    /// <inheritdoc cref="Load(string)"/>
    public static ImportedModel Load(byte[] model)
    {
        ArgumentNullException.ThrowIfNull(model);
        ModelReader.Check(ModelReader.InMemory, model);
        var proto = ModelReader.Read(ModelReader.InMemory, () => new MemoryStream(model));
        return Named(ModelReader.InMemory, () => new ImportedModel(ModelReader.InMemory, proto));
    }

    /// <summary>A model that was read already.</summary>
    internal static ImportedModel Of(ModelProto proto) =>
        Named(ModelReader.InMemory, () => new ImportedModel(ModelReader.InMemory, proto));

    /// <summary>The model as a graph that computes the same, with the names of its inputs and outputs.</summary>
    /// <param name="outputs">The outputs to compute, or values inside the model, by their names; null for all outputs.</param>
    /// <exception cref="OnnxFileException">A node can't be imported: the message names operator, node and reason.</exception>
    public Graph ToGraph(IReadOnlyList<string>? outputs = null) => Named(_file, () =>
    {
        var names = CheckedOutputs(outputs);
        var graph = new Graph(_graph.Proto.Name.Length > 0 ? _graph.Proto.Name : "imported");
        var inputs = Inputs.ToDictionary(input => input.Name, input => graph.Input(input.Name, input.Type, input.Shape));
        var values = new Importer(graph, _opsets, new()).Write(_graph, inputs, names);
        for (var i = 0; i < names.Length; i++)
            graph.Output(names[i], values[i]);
        DeadCode.Remove(graph);
        return graph;
    });

    /// <summary>Writes the model as a part of a network: weights become parameters, or constants where they are frozen.</summary>
    /// <param name="network">The network.</param>
    /// <param name="inputs">A value for each input that the outputs depend on; a constant where the model is to be fixed to it.</param>
    /// <param name="outputs">The outputs to compute, or values inside the model, by their names; null for all outputs.</param>
    /// <param name="tuning">What is trained; null for all weights.</param>
    /// <returns>The outputs by name.</returns>
    /// <exception cref="OnnxFileException">
    /// A node can't be imported, an input is missing, of another type or shape or has no effect, or the options don't fit the weights.
    /// </exception>
    public IReadOnlyDictionary<string, Value> Write(NetworkBuilder network, IReadOnlyDictionary<string, Value> inputs,
        IReadOnlyList<string>? outputs = null, FineTuning? tuning = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(inputs);
        return Write(network, inputs, outputs, tuning, out _);
    }

    // limits: the most that named dimensions may be.
    internal IReadOnlyDictionary<string, Value> Write(NetworkBuilder network, IReadOnlyDictionary<string, Value> inputs,
        IReadOnlyList<string>? outputs, FineTuning? tuning, out IReadOnlyDictionary<string, long> limits)
    {
        Importer? importer = null;
        var written = Named(_file, () =>
        {
            var names = CheckedOutputs(outputs);
            CheckInputs(inputs, names);
            var weights = outputs is null ? Weights : WeightSearch.Of(_graph, names);
            importer = new Importer(network.Graph, _opsets, new TunedWeights(network, _graph, weights, tuning ?? FineTuning.All));
            return names.Zip(importer.Write(_graph, inputs, names)).ToDictionary(pair => pair.First, pair => pair.Second);
        });
        limits = importer!.Limits;
        return written;
    }

    /// <summary>Writes one value of the model, with its tensors as constants.</summary>
    /// <param name="network">The network.</param>
    /// <param name="given">Values of inputs, and of what is not to be computed.</param>
    /// <param name="output">An output, or a value inside the model.</param>
    /// <param name="readers">What reads operators in another way, by their names, those of other domains with their domain.</param>
    /// <exception cref="OnnxFileException">A node can't be imported.</exception>
    internal Value Write(NetworkBuilder network, IReadOnlyDictionary<string, Value> given, string output,
        IReadOnlyDictionary<string, OperatorReader> readers) =>
        Named(_file, () => new Importer(network.Graph, _opsets, new FixedWeights()) { Readers = readers }
            .Write(_graph, given, [output])[0]);

    internal ParsedGraph Parsed => _graph;

    /// <summary>The inputs that a value depends on, by their names.</summary>
    internal IEnumerable<string> InputsRead(string value) => ReadFor([value]).Where(name => Inputs.Any(input => input.Name == name));

    /// <summary>The elements of a weight.</summary>
    internal TensorData Elements(ImportedWeight weight) => _graph.TensorOf(weight.FileName);

    /// <summary>The same model with other elements of a weight, perhaps more of them.</summary>
    internal ImportedModel With(ImportedWeight weight, TensorData elements) => new(this, weight.FileName, elements);

    /// <summary>The inputs that some outputs depend on.</summary>
    /// <exception cref="OnnxFileException">There is no such output.</exception>
    internal IReadOnlyList<TensorInfo> InputsOf(IReadOnlyList<string> outputs) => Named(_file, () =>
    {
        var read = ReadFor(CheckedOutputs(outputs));
        return Inputs.Where(input => read.Contains(input.Name)).ToArray();
    });

    private HashSet<string> ReadFor(string[] outputs) =>
        [.. _graph.Needed(outputs, _ => false).SelectMany(_graph.Reads), .. outputs];

    private void CheckInputs(IReadOnlyDictionary<string, Value> inputs, string[] outputs)
    {
        var read = ReadFor(outputs);
        foreach (var input in Inputs.Where(input => read.Contains(input.Name)))
        {
            if (!inputs.TryGetValue(input.Name, out var given))
                throw new ImportException($"its input {input} has no value");
            var fits = given.Type == input.Type && (input.Shape.Rank == 0 || given.Shape.Rank == input.Shape.Rank)
                && given.Shape.Zip(input.Shape).All(pair => !pair.First.IsKnown || !pair.Second.IsKnown || pair.First == pair.Second);
            if (!fits)
                throw new ImportException($"its input {input} is given {given.Type} {given}");
        }
        foreach (var name in inputs.Keys)
            if (!Inputs.Any(input => input.Name == name))
                throw new ImportException($"it has no input '{name}'; it has {string.Join("; ", Inputs)}");
            else if (!read.Contains(name))
                throw new ImportException($"its output{(outputs.Length == 1 ? "" : "s")} {string.Join(", ", outputs)} "
                    + $"do{(outputs.Length == 1 ? "es" : "")} not depend on its input '{name}'");
    }

    private string[] CheckedOutputs(IReadOnlyList<string>? outputs)
    {
        foreach (var name in outputs ?? [])
            if (!Outputs.Any(output => output.Name == name) && _graph.ProducerOf(name) is null)
                throw new ImportException($"it has no output '{name}', and no value inside it is called so; it has "
                    + string.Join("; ", Outputs));
        return outputs is null ? OutputNames : [.. outputs];
    }

    private TensorInfo Describe(ValueInfoProto value) => OnnxFileInfo.Describe(value, _file, ref _unnamed);

    private int _unnamed;

    private ImportReport MakeReport()
    {
        NodeProto[] nodes = [.. _graph.All.SelectMany(graph => graph.Proto.Node)];
        var operators = nodes.Where(node => node.OpType != "Constant").GroupBy(ParsedGraph.OperatorName)
            .OrderBy(group => group.Key, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count());
        var unsupported = nodes.Where(node => node.OpType != "Constant" && OperatorTable.Find(node) is null)
            .DistinctBy(ParsedGraph.OperatorName).ToDictionary(ParsedGraph.OperatorName, OperatorTable.WhyNot);
        try
        {
            var graph = ToGraph();
            return new(_opsets[""], Inputs, [.. graph.Outputs.Select(output => new TensorInfo(output.Name, output.Value.Type,
                output.Value.Shape))], operators, Weights, unsupported, null);
        }
        catch (OnnxFileException problem)
        {
            return new(_opsets[""], Inputs, Outputs, operators, Weights, unsupported, problem.Message);
        }
    }

    private static T Named<T>(string file, Func<T> import)
    {
        try
        {
            return import();
        }
        catch (ImportException problem)
        {
            throw new OnnxFileException(file, problem.Message, problem.InnerException ?? problem);
        }
        catch (Exception problem) when (problem is GraphException or OverflowException)
        {
            throw new OnnxFileException(file, problem.Message.TrimEnd('.'), problem);
        }
    }
}
