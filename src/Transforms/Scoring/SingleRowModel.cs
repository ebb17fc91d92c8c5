using Google.Protobuf;
using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

/// <summary>
/// The form of a deployed model that ML.NET's OnnxTransformer can run, which feeds one row at a time: nodes in front turn the column into
/// the model's input, nodes behind give the outputs shapes that become columns. Their names begin with <see cref="Prefix"/>, so
/// that the original model can be found again.
/// </summary>
/// <remarks>
/// <code>
/// mlseqgraph.sequence [1, steps, features] ─ Identity ─ features ─ Shape ─ lengths
/// mlseqgraph.sequence [1, steps] ─ Cast ─ Add ─ Where 0, unknown ─ tokens
/// Score ─ Reshape ─ Score.output [width] or [1, steps × width], the column Score, or mlseqgraph.Score [1]
/// Probability ─ Reshape ─ mlseqgraph.Probability [1]
/// PredictedLabel ─ Cast ─ Reshape ─ mlseqgraph.class [1] or [1, steps], Int64
/// </code>
/// </remarks>
internal static partial class SingleRowModel
{
    /// <summary>Input, and the column it is fed from.</summary>
    public const string Sequence = "mlseqgraph.sequence";

    /// <summary>Output and column: classes from 0.</summary>
    public const string Class = "mlseqgraph.class";

    /// <summary>The class of a row without a prediction.</summary>
    public const long NoClass = -1;

    /// <summary>The suffix that OnnxTransformer drops from an output's name to get the column's name.</summary>
    public const string OutputSuffix = ".output";

    /// <summary>The output and column, a vector of size 1, of what is a column of single numbers at last.</summary>
    public static string NumberOf(string column) => SavedChain.Prefix + column;

    private const string Prefix = "mlseqgraph.row/";
    private const string SlotNames = "mlnet." + ModelFormat.Score + ".SlotNames"; // where OnnxTransformer looks for them
    private const string MLDomain = "ai.onnx.ml";
    private const string SignatureKey = "mlseqgraph.row", BadRowsKey = SignatureKey + ".bad_rows", LookupKey = SignatureKey + ".lookup";

    /// <summary>Metadata of a model of graphs: the columns it reads.</summary>
    internal const string ColumnsKey = SignatureKey + ".columns";

    /// <summary>Whether a model is in this form.</summary>
    public static bool IsOne(ModelProto model) => model.MetadataProps.Any(entry => entry.Key == SignatureKey);

    /// <summary>Turns a model into this form.</summary>
    /// <param name="file">The model.</param>
    /// <param name="width">Size of Score per sequence, or per step where steps are tagged.</param>
    /// <param name="input">The column it will read.</param>
    /// <param name="badRows">What happens to rows that can't be read.</param>
    /// <exception cref="InvalidOperationException">The model uses names reserved for this form.</exception>
    public static ModelProto Build(ModelFile file, int width, ModelInput input, BadRows badRows)
    {
        var model = file.Parse();
        var graph = model.Graph;
        var info = file.Info with { Inputs = [input, .. file.Info.Sides] };
        var takesLengths = graph.Input.Select(declared => declared.Name).ToHashSet();
        Describe(model, info);
        var taken = graph.Node.Select(node => node.Name).Concat(graph.Node.SelectMany(node => node.Output)).Concat(
            graph.Initializer.Select(tensor => tensor.Name));
        string[] outputs = [ModelFormat.Score + OutputSuffix, ModelFormat.Probability + OutputSuffix,
            ModelFormat.PredictedLabel + OutputSuffix];
        if (taken.FirstOrDefault(name => name.StartsWith("mlseqgraph.", StringComparison.Ordinal) || outputs.Contains(name)) is { } name)
            throw new InvalidOperationException($"{file.Name} can't be saved with an ML.NET model: it uses the name '{name}', which is "
                + $"kept for that.");
        KeepSignature(model, badRows);
        graph.Input.Clear();
        graph.Output.Clear();
        foreach (var column in info.Inputs.Reverse())
            AddInput(graph, column, column.LengthsName is { } lengths && takesLengths.Contains(lengths));
        AddGuards(graph, info.Inputs, badRows);
        AddOutputs(graph, info.Task, width, info.VectorSize, attentions: info.Attentions);
        if (ScoreColumns.SlotsOf(info.Task, info.Labels, width) is { } slots)
            AddSlotNames(model, slots);
        // What guards share and this model doesn't read: ONNX Runtime warns of it at each load.
        var read = graph.Node.SelectMany(node => node.Input).ToHashSet();
        Retain(graph.Initializer, tensor => !tensor.Name.StartsWith(Prefix, StringComparison.Ordinal) || read.Contains(tensor.Name));
        return model;
    }

    /// <summary>Notes the inputs and outputs that a model has now, by which <see cref="Strip"/> finds it again.</summary>
    internal static void KeepSignature(ModelProto model, BadRows badRows)
    {
        var signature = new GraphProto();
        signature.Input.AddRange(model.Graph.Input);
        signature.Output.AddRange(model.Graph.Output);
        model.MetadataProps.Add(new StringStringEntryProto { Key = SignatureKey, Value = signature.ToByteString().ToBase64() });
        model.MetadataProps.Add(new StringStringEntryProto { Key = BadRowsKey, Value = $"{badRows}" });
    }

    /// <summary>Marks a model of ours that is no network but a table of what one said: it stays as ML.NET loads it.</summary>
    internal static void MarkLookup(ModelProto model) =>
        model.MetadataProps.Add(new StringStringEntryProto { Key = LookupKey, Value = "" });

    /// <summary>Whether a model is such a table.</summary>
    internal static bool IsLookup(ModelProto model) => model.MetadataProps.Any(entry => entry.Key == LookupKey);

    /// <summary>Restores the original model. Its metadata describes the column as given to <see cref="Build"/>.</summary>
    public static ModelProto Strip(ModelProto row)
    {
        var model = row.Clone();
        var graph = model.Graph;
        var entry = model.MetadataProps.First(entry => entry.Key == SignatureKey);
        var signature = GraphProto.Parser.ParseFrom(ByteString.FromBase64(entry.Value));
        Retain(model.MetadataProps, kept => kept != entry && kept.Key is not (BadRowsKey or ColumnsKey));
        graph.Input.Clear();
        graph.Input.AddRange(signature.Input);
        graph.Output.Clear();
        graph.Output.AddRange(signature.Output);
        Retain(graph.Node, node => !node.Name.StartsWith(Prefix, StringComparison.Ordinal) && node.Name != SlotNames);
        Retain(graph.Initializer, tensor => !tensor.Name.StartsWith(SavedChain.Prefix, StringComparison.Ordinal));
        if (graph.Node.All(node => node.Domain != MLDomain))
            Retain(model.OpsetImport, opset => opset.Domain != MLDomain);
        return model;
    }

    internal static void AddOutputs(GraphProto graph, ModelTask task, int width, int vectorSize = 0,
        bool isVectorPerStep = false, params IReadOnlyList<string> attentions)
    {
        bool isPerStep = task.IsPerStep();
        if (task == ModelTask.Span)
            AddReshape(graph, ModelFormat.PredictedLabel + OutputSuffix, ModelFormat.PredictedLabel, ElementType.Int64,
                Fixed(task.LabelWidth()));
        else if (ScoreColumns.HasLabel(task))
        {
            string numbers = Prefix + "numbers";
            graph.Node.Add(Cast(numbers, ModelFormat.PredictedLabel));
            if (task == ModelTask.Alignment)
                numbers = AddFound(graph, numbers);
            AddReshape(graph, Class, numbers, ElementType.Int64, isPerStep ? Open("steps") : Fixed(1));
        }

        AddReshape(graph, ScoreColumns.IsNumber(task, width) ? NumberOf(ModelFormat.Score) : ModelFormat.Score + OutputSuffix,
            ModelFormat.Score, ElementType.Float, isPerStep ? Open("scores") : Fixed(width));
        if (task.HasProbability())
            AddReshape(graph, NumberOf(ModelFormat.Probability), ModelFormat.Probability, ElementType.Float, Fixed(1));
        if (vectorSize > 0)
            AddReshape(graph, ModelFormat.Vector + OutputSuffix, ModelFormat.Vector, ElementType.Float,
                isVectorPerStep ? Open("vectors") : Fixed(vectorSize));
        foreach (var name in attentions)
            AddReshape(graph, name + OutputSuffix, name, ElementType.Float, Open(name));
    }

    // Without the places behind the labels of the row that were found.
    private static string AddFound(GraphProto graph, string labels)
    {
        const string Found = Prefix + "found";
        graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Scalar(0L), Found + "/least"));
        graph.Node.Add(Node("GreaterOrEqual", Found + "/is_label", labels, Found + "/least"));
        graph.Node.Add(Node("Reshape", Found + "/conditions", Found + "/is_label", Found + "/all"));
        graph.Node.Add(Node("Reshape", Found + "/labels", labels, Found + "/all"));
        graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Vector(-1L), Found + "/all"));
        var compress = Node("Compress", Found, Found + "/labels", Found + "/conditions");
        compress.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 0 });
        graph.Node.Add(compress);
        return Found;
    }

    private static void AddReshape(GraphProto graph, string output, string input, ElementType type, TensorShapeProto.Types.Dimension width)
    {
        string sizes = Prefix + output + "/sizes";
        // OnnxTransformer takes a first size that isn't known for 1.
        var shape = width.HasDimValue ? [width] : new[] { Fixed(1), width };
        graph.Initializer.Add(OnnxWriter.WriteTensor(
            TensorData.Vector([.. shape.Select(dim => dim.HasDimValue ? dim.DimValue : -1)]), sizes));
        bool isGuarded = graph.Node.Any(node => node.Output.Contains(IsBad));
        string whole = isGuarded ? Prefix + output + "/whole" : output;
        graph.Node.Add(Node("Reshape", whole, input, sizes));
        if (isGuarded)
            AddMissing(graph, output, whole, type, width.HasDimValue);
        graph.Output.Add(Tensor(output, (int)type, shape));
    }

    // A node whose output isn't read: ONNX Runtime removes it, OnnxTransformer finds the names in it.
    internal static void AddSlotNames(ModelProto model, IReadOnlyList<string> names)
    {
        if (model.OpsetImport.All(opset => opset.Domain != MLDomain))
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = MLDomain, Version = 2 });
        model.Graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Vector(names[0]), Prefix + "slot"));
        var node = Node("LabelEncoder", Prefix + "slots", Prefix + "slot");
        (node.Name, node.Domain) = (SlotNames, MLDomain);
        var keys = new AttributeProto { Name = "keys_strings", Type = AttributeProto.Types.AttributeType.Strings };
        keys.Strings.AddRange(names.Select(ByteString.CopyFromUtf8));
        var values = new AttributeProto { Name = "values_int64s", Type = AttributeProto.Types.AttributeType.Ints };
        values.Ints.AddRange(Enumerable.Range(0, names.Count).Select(i => (long)i));
        node.Attribute.Add(keys);
        node.Attribute.Add(values);
        model.Graph.Node.Add(node);
    }

    internal static NodeProto Cast(string output, string input)
    {
        var node = Node("Cast", output, input);
        node.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)ElementType.Int64 });
        return node;
    }

    internal static NodeProto Node(string opType, string output, params string[] inputs) =>
        new() { OpType = opType, Name = Prefix + output, Input = { inputs }, Output = { output } };

    internal static ValueInfoProto Tensor(string name, int type, params TensorShapeProto.Types.Dimension[] dims) =>
        new() { Name = name, Type = new() { TensorType = new() { ElemType = type, Shape = new() { Dim = { dims } } } } };

    internal static TensorShapeProto.Types.Dimension Fixed(long size) => new() { DimValue = size };

    internal static TensorShapeProto.Types.Dimension Open(string name) => new() { DimParam = name };

    // The description names the column that is read, and the digest covers the description.
    private static void Describe(ModelProto model, ModelInfo info)
    {
        string[] ours = [ModelFormat.FormatKey, ModelFormat.ModelKey, ModelFormat.DigestKey];
        Retain(model.MetadataProps, entry => !ours.Contains(entry.Key));
        foreach (var (key, value) in info.ToMetadata())
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        model.MetadataProps.Add(new StringStringEntryProto { Key = ModelFormat.DigestKey, Value = ModelDigest.Of(model.ToByteArray()) });
    }

    private static void Retain<T>(Google.Protobuf.Collections.RepeatedField<T> items, Func<T, bool> keep)
    {
        T[] kept = [.. items.Where(keep)];
        items.Clear();
        items.AddRange(kept);
    }
}
