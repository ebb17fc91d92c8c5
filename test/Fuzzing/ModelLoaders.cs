using System.Text;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Trainers.Tests;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Tests.Fuzzing;

/// <summary>Everything in the three libraries that reads files.</summary>
internal static class ModelLoaders
{
    private static readonly MLContext Ml = new(1);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Written(string path, Action<string> write)
    {
        write(path);
        return File.ReadAllBytes(path);
    }

    /// <param name="folder">Where files go.</param>
    internal static IReadOnlyList<FuzzedLoader> All(TemporaryFolder folder) =>
        [.. Texts(folder), .. Sequences(folder), .. Nodes(folder), .. Others(folder)];

    /// <summary>Loaders of text: fast ones.</summary>
    internal static IEnumerable<FuzzedLoader> Texts(TemporaryFolder folder)
    {
        string[] corpus = ["the low lower lowest", "a new newer newest thing", "don't stop: 3.14"];
        string tokens = folder.File("tokens.txt"), graphs = folder.File("graphs.txt"), folds = folder.File("folds.tsv");
        byte[][] tokenizers = [.. ((TextTokenizer[])[TextTokenizer.Words(corpus), TextTokenizer.Characters(corpus),
            TextTokenizer.BytePairEncoding(corpus, 270)]).Select(tokenizer => Written(tokens, tokenizer.Save))];
        yield return FuzzedLoader.OfPath("tokenizers", tokens, tokenizers, path => TextTokenizer.Load(path), typeof(InvalidDataException));
        yield return FuzzedLoader.OfPath("vocabularies", tokens, [Written(tokens, new Vocabulary(["a", "b\n", "\\"]).Save)],
            path => Vocabulary.Load(path), typeof(InvalidDataException));
        yield return FuzzedLoader.OfPath("word pieces", tokens, [Bytes("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nlow\n##er\n")],
            path => TextTokenizer.LoadWordPieces(path).Encode("lower"), typeof(InvalidDataException));
        var (pairs, merges) = TokenizerFiles.BytePairs("<s>", "</s>");
        string vocabulary = folder.File("vocab.json"), merged = folder.File("merges.txt");
        yield return FuzzedLoader.OfPath("byte pairs", vocabulary, [pairs], path =>
        {
            File.WriteAllBytes(merged, merges);
            TextTokenizer.LoadBytePairs(path, merged).Encode("lower slow");
        }, typeof(InvalidDataException));
        yield return FuzzedLoader.OfPath("merges", merged, [merges], path =>
        {
            File.WriteAllBytes(vocabulary, pairs);
            TextTokenizer.LoadBytePairs(vocabulary, path).Encode("lower slow");
        }, typeof(InvalidDataException));
        byte[] Loaded(byte[] file, Func<string, TextTokenizer> load)
        {
            File.WriteAllBytes(tokens, file);
            File.WriteAllBytes(merged, merges);
            return Written(tokens, load(tokens).Save);
        }
        byte[][] imported = [Loaded(pairs, path => TextTokenizer.LoadBytePairs(path, merged)),
            Loaded(TokenizerFiles.SentencePieces(), TextTokenizer.LoadSentencePieces), Loaded(TokenizerFiles.SentencePieces(2), path =>
                TextTokenizer.LoadSentencePieces(path).WithTokens("slow"))];
        yield return FuzzedLoader.OfPath("tokenizers of other programs", tokens, imported,
            path => TextTokenizer.Load(path).Encode("lower slow"), typeof(InvalidDataException), typeof(ArgumentException));
        yield return FuzzedLoader.OfPath("tiktoken", tokens, [TokenizerFiles.Tiktoken()],
            path => TextTokenizer.LoadTiktoken(path, TiktokenEncoding.R50k).Encode("lower slow"), typeof(InvalidDataException));
        yield return FuzzedLoader.OfPath("sentence pieces", tokens, [TokenizerFiles.SentencePieces(1), TokenizerFiles.SentencePieces(2)],
            path => TextTokenizer.LoadSentencePieces(path).Encode("lower slow"), typeof(InvalidDataException), typeof(ArgumentException));
        var tensors = folder.File("tensors");
        yield return FuzzedLoader.OfPath("safetensors", tensors, [Written(tensors, path => SafeTensors.Save(path,
            new Dictionary<string, TensorData> { ["a"] = TensorData.Create([1f, 2f], 1, 2), ["b"] = TensorData.Scalar(3L) }))],
            path => SafeTensors.Load(path), typeof(InvalidDataException));
        var sound = folder.File("sound.wav");
        yield return FuzzedLoader.OfPath("WAV files", sound, [[.. "RIFF\x30\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0"u8,
            0x40, 0x1F, 0, 0, 0x80, 0x3E, 0, 0, 2, 0, 16, 0, .. "data\x0C\0\0\0abcdefghijkl"u8]], path => WavFile.Load(path),
            typeof(InvalidDataException));
        var vectors = folder.File("vectors");
        foreach (var format in Enum.GetValues<WordVectorFormat>())
            yield return FuzzedLoader.OfPath($"word vectors, {format}", vectors, [Written(vectors, path =>
                new Transforms.WordVectors(["a", "größe", "x_y"], [1, 2.5f, -3e-9f, 4, 5, 6]).Save(path, format))],
                path => Transforms.WordVectors.Load(path, format), typeof(InvalidDataException));
        byte[][] whole = [Bytes("2\n2 1\n5 1 1\n3 1 0\n1 -1\n5 0\n\n"), Bytes("1\n3 0\n0 2 1 2\n1 1 0\n0 1 0\n")];
        yield return FuzzedLoader.OfPath("TU graphs", graphs, whole, path => Ml.Data.LoadTuGraphs(path).GetRowCount(),
            typeof(InvalidDataException));
        yield return FuzzedLoader.OfPath("meshes", graphs, [Bytes("OFF 4 2 0\n0 0 0\n1 0 0\n1 1 0\n0 1 .5\n3 0 1 2\n4 0 1 2 3 # a quad\n")],
            path => Ml.Data.LoadMeshes(path), typeof(InvalidDataException));
        yield return FuzzedLoader.OfPath("TU folds", folds, [Bytes("1\t4\n0\t2\n")], path =>
        {
            File.WriteAllBytes(graphs, whole[0]);
            Ml.Data.LoadTuGraphs(graphs, path);
        }, typeof(InvalidDataException));
        byte[][] smiles = [Bytes("c1cc[nH]c1C(=O)O"), Bytes("[13CH3][C@@H](F)Cl.[Na+] title"), Bytes("C%12CC/C=C\\C%12"), Bytes("[Og]")];
        yield return new("SMILES", smiles, bytes => Molecule.Parse(Encoding.UTF8.GetString(bytes)), typeof(FormatException));
    }

    private static IEnumerable<FuzzedLoader> Sequences(TemporaryFolder folder)
    {
        var data = EveryForm.Mapped(Ml, 24);
        string onnx = folder.File("sequences.onnx"), zip = folder.File("model.zip"), weights = folder.File("pretrained.bin");
        using var real = (SequencePredictionTransformer)EveryForm.Trainer(Ml, "Classification", "Ragged").Fit(data);
        using var keys = (SequencePredictionTransformer)EveryForm.Trainer(Ml, "Tagging", "Keys").Fit(data);
        byte[][] models = [Written(onnx, real.ExportToOnnx), Written(onnx, keys.ExportToOnnx)];
        yield return new("sessions", models, bytes => OnnxSession.Load(bytes, ExecutionTarget.Cpu(1)).Dispose(), typeof(OnnxFileException));
        yield return new("contents of models", models, bytes => OnnxFile.Inspect(bytes), typeof(OnnxFileException));
        yield return new("imported models", models, bytes => ImportedModel.Load(bytes).ToGraph(), typeof(OnnxFileException));
        yield return new("metadata", models, bytes => OnnxFile.ReadMetadata(bytes), typeof(OnnxFileException));
        yield return new("smaller files", models, bytes => OnnxFile.Convert(bytes, Precision.Int8), typeof(OnnxFileException),
            typeof(NotSupportedException));
        // Another name of the column is an argument that doesn't fit the rows.
        yield return new("sequence models", models, bytes => Ml.Transforms.ApplySequenceModel(bytes).Fit(data).Dispose(),
            typeof(OnnxFileException), typeof(InvalidDataException), typeof(ArgumentException));
        yield return FuzzedLoader.OfPath("saved pipelines", zip, [Written(zip, path => Ml.Model.SaveWhole(real, data.Schema, path))],
            path => (Ml.Model.LoadSequenceGraph(path, out _) as IDisposable)?.Dispose(), typeof(InvalidDataException));
        var pretrained = Ml.Sequences().MaskedPretraining(new()
        {
            SequenceColumnName = "Keys", Network = SequenceNetwork.Gru(4), EmbeddingSize = 3, Epochs = 1,
        }).Fit(data);
        var ofWeights = FuzzedLoader.OfPath("pre-trained weights", weights, [Written(weights, pretrained.Save)],
            path => PretrainedNetwork.Load(path), typeof(InvalidDataException));
        yield return ofWeights;
        yield return ofWeights.WithChecksum();
    }

    private static IEnumerable<FuzzedLoader> Nodes(TemporaryFolder folder)
    {
        var (nodes, edges, path) = (TwoCliques.View(Ml), TwoCliques.ByRow(Ml), folder.File("nodes.onnx"));
        using var trained = Ml.Graphs().NodeClassification(new() { Edges = edges, Network = GraphNetwork.Gcn(), Epochs = 2 }).Fit(nodes);
        yield return FuzzedLoader.OfPath("node models", path, [Written(path, trained.ExportToOnnx)],
            file => Ml.Transforms.ApplyNodeModel(file, edges).Fit(nodes).Dispose(),
            typeof(OnnxFileException), typeof(InvalidDataException), typeof(ArgumentException));
    }

    private static IEnumerable<FuzzedLoader> Others(TemporaryFolder folder)
    {
        yield return new("generators", [SmallModels.Decoder(folder)],
            bytes => SequenceGenerator.Load(bytes, target: ExecutionTarget.Cpu(1)).Dispose(), typeof(OnnxFileException),
            typeof(InvalidDataException));
        yield return new("policies", [SmallModels.Steps(folder)], bytes => DecisionPolicy.Load(bytes, ExecutionTarget.Cpu(1)).Dispose(),
            typeof(OnnxFileException), typeof(InvalidDataException));
        yield return new("writers", [SmallModels.Drawn(folder)], bytes => SeriesGenerator.Load(bytes, ExecutionTarget.Cpu(1)).Dispose(),
            typeof(OnnxFileException), typeof(InvalidDataException));
        var graphs = SmallModels.Graphs();
        yield return FuzzedLoader.OfPath("graph models", folder.File("graphs.onnx"), [SmallModels.OfGraphs(folder)],
            file => Ml.Transforms.ApplyGraphModel(file, SmallModels.Columns).Fit(graphs).Dispose(),
            typeof(OnnxFileException), typeof(InvalidDataException), typeof(ArgumentException));
        var checkpoints = folder.File("checkpoints");
        SmallModels.Train(checkpoints);
        var checkpoint = Path.Combine(checkpoints, SmallModels.Checkpoint);
        var ofCheckpoints = FuzzedLoader.OfPath("checkpoints", checkpoint, [File.ReadAllBytes(checkpoint)],
            _ => SmallModels.Train(checkpoints), typeof(CheckpointException));
        yield return ofCheckpoints;
        // Weights may be numbers with which a deployed network overflows.
        yield return ofCheckpoints.WithChecksum(typeof(TensorMismatchException));
    }
}
