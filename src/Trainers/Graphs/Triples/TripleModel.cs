using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A trained model of triples: the entities' vectors, and the forms in which it scores. Safe for use by several threads.</summary>
internal sealed class TripleModel : IDisposable
{
    // Numbers of scores or, of sums of absolute values, of differences that are in memory at a time: 64 MB.
    private const long MostAtOnce = 1 << 24;

    private readonly TripleNetwork _network;
    private readonly ParameterSet _trained, _parameters;
    private readonly float[] _embeddings;
    private readonly OnnxSession _scores;
    private readonly Lazy<OnnxSession> _tails, _heads;
    private volatile bool _isDisposed;

    /// <summary>Deploys what was trained.</summary>
    /// <exception cref="TensorMismatchException">The deployed form differs from the trained one.</exception>
    internal TripleModel(TripleNetwork network, TripleTable triples, GraphEdgeColumns columns, ParameterSet parameters,
        ExecutionTarget target)
    {
        (_network, _trained, Triples, Columns) = (network, Copy(parameters), triples, columns);
        (_embeddings, _parameters) = Embed(network, _trained);
        var graph = Deployment.Write(_parameters, "triples", deployed => network.Score(deployed, _embeddings));
        DeadCode.Remove(graph);
        var verification = Verify(OnnxFile.ToBytes(graph, new Dictionary<string, string>()));
        File = new(DeployedFile.ToBytes(graph, Describe(verification)));
        _scores = OnnxSession.Load(File.Bytes, target);
        OnnxSession Answers(bool isTail) => new(network.Answers(_parameters, _embeddings, isTail), target);
        (_tails, _heads) = (new(() => Answers(true)), new(() => Answers(false)));
        Prediction = File.Info.Columns();
    }

    internal ModelFile File { get; }

    /// <summary>The triples it was trained on.</summary>
    internal TripleTable Triples { get; }

    internal GraphEdgeColumns Columns { get; }

    /// <summary>The columns that it adds to triples.</summary>
    internal ScoreColumns Prediction { get; }

    internal ExecutionTarget Target => _scores.Target;

    internal string? FallbackReason => _scores.FallbackReason;

    internal int RelationCount => Triples.RelationCount;

    internal bool ReadsRelations => RelationCount > 0 && _network.RelationCount > 0;

    /// <summary>The vectors, [entities, width].</summary>
    internal float[] Embeddings => _embeddings;

    /// <summary>What is added to the score of a triple with each entity as tail; zeros where nothing is.</summary>
    internal float[] Biases => _parameters.Find(TripleNetwork.Biases)?.Value.As<float>() ?? new float[Triples.EntityCount];

    /// <summary>The unit of the triples' numbers, in which <see cref="Biases"/> are.</summary>
    internal NumberUnit Unit => _network.Unit;

    internal int Width => _network.Settings.Width;

    /// <summary>Scores triples by numbers of their entities and relations from 1; NaN for other numbers.</summary>
    internal float[] Score(long[] heads, long[] tails, long[] relations)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var run = new TensorInputs { [LinkLookup.Source] = TensorData.Vector(heads), [LinkLookup.Target] = TensorData.Vector(tails) };
        if (ReadsRelations)
            run[LinkHead.PairTypes] = TensorData.Vector(relations);
        return _scores.Run(run)[ModelFormat.Score].As<float>();
    }

    /// <summary>
    /// Computes the scores of all answers to questions, in parts that fit into bounded memory.
    /// </summary>
    /// <param name="known">The known entity of each question, by its number among all.</param>
    /// <param name="relations">The relation of each, from 0.</param>
    /// <param name="isTail">Whether the tails are asked for.</param>
    /// <param name="use">Is given each question's number and the scores of all answers.</param>
    internal void ForEachQuestion(int[] known, int[] relations, bool isTail, Action<int, ReadOnlyMemory<float>> use)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var session = (isTail ? _tails : _heads).Value;
        var answers = isTail ? _network.EntityCount - _network.FirstTail : _network.HeadCount;
        long each = (long)answers * (_network.Settings.Decoder is LinkDecoder.TransEL1 or LinkDecoder.RotatE ? Width : 1);
        var atOnce = (int)Math.Clamp(MostAtOnce / Math.Max(1, each), 1, 1024);
        for (var start = 0; start < known.Length; start += atOnce)
        {
            var end = Math.Min(known.Length, start + atOnce);
            var run = new TensorInputs { [TripleNetwork.Known] = Numbers(known) };
            if (_network.RelationCount > 0)
                run[TripleNetwork.Relation] = Numbers(relations);
            var scores = session.Run(run)[TripleNetwork.Scores].As<float>();
            Parallel.For(start, end, question => use(question, scores.AsMemory((question - start) * answers, answers)));

            TensorData Numbers(int[] of) => TensorData.Vector(Array.ConvertAll(of[start..end], number => (long)number));
        }
    }

    /// <summary>A file that gives the best answers to questions.</summary>
    internal byte[] Best(bool isTail, int count, params ReadOnlySpan<(string Key, string Value)> metadata) =>
        DeployedFile.ToBytes(_network.Best(_parameters, _embeddings, isTail, count), File.Info with { Outputs = 1 }, metadata);

    /// <summary>The scores as a model that can be saved behind transformers that find the numbers of ids.</summary>
    internal Graph Lookup() => Deployment.Write(_parameters, "triples", deployed => _network.Score(deployed, _embeddings));

    internal bool IsRegression => _network.Settings.Loss is null;

    public void Dispose()
    {
        _isDisposed = true;
        _scores.Dispose();
        foreach (var session in (Lazy<OnnxSession>[])[_tails, _heads])
            if (session.IsValueCreated)
                session.Value.Dispose();
    }

    private ModelInfo Describe(ModelVerification verification)
    {
        ModelInput Input(string name, string column, int count) =>
            new(SequenceKind.Category, column, 0, count + 1, 0, nameof(UInt32), Name: name, IsScalar: true);
        List<ModelInput> inputs = [Input(LinkLookup.Source, Columns.SourceColumnName, Triples.Heads.Count),
            Input(LinkLookup.Target, Columns.TargetColumnName, Triples.Tails.Count)];
        if (ReadsRelations)
            inputs.Add(Input(LinkHead.PairTypes, Columns.RelationColumnName!, RelationCount));
        var task = IsRegression ? ModelTask.Regression : ModelTask.Binary;
        return new(ModelRows.Links, task, inputs, null, ModelVersions.Current, verification)
        {
            Outputs = 1, Graph = new(0, RelationCount, false, true), Links = new(Width, ReadsRelations ? RelationCount : 0),
        };
    }

    // On random triples of known entities, and on a single one.
    private ModelVerification Verify(byte[] bytes)
    {
        using var deployed = OnnxSession.Load(bytes);
        using var deployment = new Deployment(_trained, evaluated => _network.Score(evaluated, null))
        {
            Units = [Math.Max(1, Unit.Deviation)],
        };
        var random = new Random(1);
        foreach (var count in (int[])[1, 100])
        {
            TensorData Draw(int most) => TensorData.Vector([.. Enumerable.Range(0, count).Select(_ => random.NextInt64(most) + 1)]);
            var run = new TensorInputs { [LinkLookup.Source] = Draw(Triples.Heads.Count), [LinkLookup.Target] = Draw(Triples.Tails.Count) };
            if (ReadsRelations)
                run[LinkHead.PairTypes] = Draw(RelationCount);
            var reference = new TensorInputs();
            foreach (var (name, tensor) in run)
                reference[name] = tensor;
            _network.GraphFeed(Reads(deployment.Reference))(reference);
            deployment.Compare(reference, deployed.Run(run));
        }
        return deployment.Verification;
    }

    private static Func<string, bool> Reads(OnnxSession session) => session.Inputs.Select(input => input.Name).ToHashSet().Contains;

    // Training goes on with other values in the same arrays.
    private static ParameterSet Copy(ParameterSet parameters)
    {
        var copy = new ParameterSet();
        foreach (var parameter in parameters.All)
            copy.Add(new(parameter.Name, TensorData.Create((float[])parameter.Value.As<float>().Clone(), [.. parameter.Value.Sizes]),
                parameter.Decays, parameter.IsTrained));
        return copy;
    }

    // The final vectors, and the parameters with the final numbers that are added to scores.
    private static (float[] Embeddings, ParameterSet Parameters) Embed(TripleNetwork network, ParameterSet parameters)
    {
        if (!network.HasMadeVectors)
            return (parameters[TripleNetwork.Table].Value.As<float>(), parameters);
        var graph = Deployment.Write(parameters, "embeddings", network.Embed);
        using var session = new OnnxSession(graph);
        var run = new TensorInputs();
        network.GraphFeed(Reads(session))(run);
        var made = session.Run(run);
        var final = parameters;
        if (made.TryGetValue(TripleNetwork.FinalBiases, out var biases))
        {
            final = Copy(parameters);
            biases.As<float>().CopyTo(final[TripleNetwork.Biases].Value.As<float>(), 0);
        }
        return (made[GraphModel.Embedding].As<float>(), final);
    }
}
