using GraphQuickstart.Data;
using LanguageModel.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Tests;
using Quickstart.Data;
using Translation.Data;

namespace Examples.Tests;

/// <summary>Every data set beside the repository × every example: what is recognized, or the reason why it isn't.</summary>
[TestClass]
public sealed class DataTableTests
{
    private static readonly MLContext Ml = new(1);

    private static string Outcome(Func<string> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException error)
        {
            return "no: " + error.Message.Split('\n')[0];
        }
    }

    private static string Graph(string path)
    {
        if (TuFolder.Find(path) is { } file)
            return $"{TuFolder.Load(Ml, file).GetColumn<int>("Fold").Count()} graphs";
        var kind = GraphFolder.Recognize(path);
        var nodes = kind switch
        {
            GraphKind.Nodes => NodeFolder.Load(Ml, path, 0.2f, 1),
            GraphKind.Relational => RelationalFolder.Load(Ml, path),
            GraphKind.Triples => TripleFolder.Load(Ml, path).Data,
            _ => null,
        };
        return nodes is null ? $"{MoleculeFolder.Load(Ml, MoleculeFolder.Find(path)!, 1).Count} molecules"
            : $"{kind}: {nodes.Rows.Count} nodes, {nodes.Ends.Count} edges, "
            + $"{nodes.Rows.Select(node => node.Class).Where(name => name.Length > 0).Distinct().Count()} classes";
    }

    private static string Pairs(SentencePairs pairs) => $"{pairs.Name}: {pairs.Train.Count}, {pairs.Validation.Count}, {pairs.Test.Count}";

    private const string Graphs = "examples/GraphQuickstart", Texts = "examples/Translation", Rows = "examples/Quickstart",
        Running = "examples/LanguageModel", Knowledge = "examples/KnowledgeGraph",
        Forecast = "by time, to be forecast", Points = "lists of points",
        Meshes = "examples/Shapes", Recordings = "examples/Speech";

    // What each example makes of a folder; what it refuses begins with "no: ", and the message has the rest.
    [TestMethod]
    [DataRow("aifb", "no: " + Graphs, "Relational: 8285 nodes, 29043 edges, 4 classes", "no: " + Graphs, "no: " + Graphs)]
    [DataRow("cmudict_g2p", "no: " + Texts, "no: " + Texts, "column 1 (characters) to column 2 (words): 32000, 3000, 6000", "no: " + Texts)]
    [DataRow("cora", "no: " + Graphs, "Nodes: 2708 nodes, 5278 edges, 7 classes", "no: " + Graphs, "no: " + Graphs)]
    [DataRow("debian_descriptions", "sentences, 14 classes", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("debian_package_graph", "no: " + Graphs, "Nodes: 12762 nodes, 57635 edges, 15 classes", "no: " + Graphs, "no: " + Graphs)]
    [DataRow("dna_promoters", "strings of 57 to 57 characters", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("dna_splice", "strings of 60 to 60 characters", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("ett", "no: " + Forecast, "no: " + Forecast, "no: " + Forecast, "no: " + Forecast)]
    [DataRow("facebook_pages", "no: " + Graphs, "Nodes: 22470 nodes, 171002 edges, 4 classes", "no: " + Graphs, "no: " + Graphs)]
    [DataRow("flu_south_germany", "no: " + Graphs, "Nodes: 140 nodes, 336 edges, 0 classes", "no: " + Graphs, "no: " + Graphs)]
    [DataRow("gnutella08", "no: " + Graphs, "Nodes: 6301 nodes, 20777 edges, 0 classes", "no: " + Graphs, "no: " + Graphs)]
    [DataRow("image_digits8x8", "series of 64 values", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("karate", "no: " + Graphs, "Nodes: 34 nodes, 78 edges, 2 classes", "no: " + Graphs, "no: " + Graphs)]
    [DataRow("kg_umls", "no: " + Knowledge, "Triples: 135 nodes, 5216 edges", "no: " + Knowledge, "no: " + Knowledge)]
    [DataRow("kg_wordnet", "no: " + Knowledge, "Triples: 12000 nodes, 25126 edges", "no: " + Knowledge, "no: " + Knowledge)]
    [DataRow("mail_temporal_graph", "no: " + Forecast, "no: " + Forecast, "no: " + Forecast, "no: " + Forecast)]
    [DataRow("mesh_shapes", "no: " + Meshes, "no: " + Meshes, "no: " + Meshes, "no: " + Meshes)]
    [DataRow("molecules", "no: " + Graphs, "1128 molecules", "no: " + Graphs, "no: " + Graphs)]
    [DataRow("movielens_small", "no: has ratings", "no: has ratings", "no: has ratings", "no: has ratings")]
    [DataRow("mr", "sentences, 2 classes", "no: " + Running, "no: " + Running, "no: one .txt file alone")]
    [DataRow("multi30k_en_de", "no: " + Texts, "no: " + Texts, "de to en: 29000, 1014, 1000", "no: " + Texts)]
    [DataRow("pendigits", "series of 16 values, read 2 per step, 10 classes", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("protein_backbone", "no: " + Points, "no: " + Points, "no: " + Points, "no: " + Points)]
    [DataRow("protein_secondary_structure", "strings of 40 to 300 characters", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("road_gothenburg", "no: " + Graphs, "Nodes: 13606 nodes, 28706 edges, 0 classes", "no: " + Graphs, "no: " + Graphs)]
    [DataRow("speech_prompts", "no: " + Recordings, "no: " + Recordings, "no: " + Recordings, "no: " + Recordings)]
    [DataRow("strokes_fonts", "no: " + Points, "no: " + Points, "no: " + Points, "no: " + Points)]
    [DataRow("strokes_hanzi", "no: " + Points, "no: " + Points, "no: " + Points, "no: " + Points)]
    [DataRow("tinyshakespeare", "no: " + Running, "no: " + Running, "no: " + Running, "1003854 characters")]
    [DataRow("trec", "sentences, 6 classes", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("ts_basicmotions", "series of 100 steps of 6 values, 4 classes", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("ts_chicago_ridership", "no: " + Forecast, "no: " + Forecast, "no: " + Forecast, "no: " + Forecast)]
    [DataRow("ts_classic_panel", "no: " + Forecast, "no: " + Forecast, "no: " + Forecast, "no: " + Forecast)]
    [DataRow("ts_ecg200", "series of 96 values, read 4 per step, 2 classes", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("ts_irish_wind", "no: " + Forecast, "no: " + Forecast, "no: " + Forecast, "no: " + Forecast)]
    [DataRow("ts_italypowerdemand", "series of 24 values, read 1 per step, 2 classes", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("ts_japanesevowels", "series of 7 to 26 steps of 12 values, 9 classes", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("ts_pm10_germany", "no: " + Forecast, "no: " + Forecast, "no: " + Forecast, "no: " + Forecast)]
    [DataRow("ts_taylor_electricity", "no: " + Forecast, "no: " + Forecast, "no: " + Forecast, "no: " + Forecast)]
    [DataRow("ts_texas_housing", "no: " + Forecast, "no: " + Forecast, "no: " + Forecast, "no: " + Forecast)]
    [DataRow("ts_us_diseases", "no: " + Forecast, "no: " + Forecast, "no: " + Forecast, "no: " + Forecast)]
    [DataRow("tu_mutag", "no: " + Graphs, "188 graphs", "no: " + Graphs, "no: " + Graphs)]
    [DataRow("ud_english_ewt", "sentences, 17 tags", "no: " + Rows, "no: " + Rows, "no: " + Rows)]
    [DataRow("univariate_forecasting", "no: " + Forecast, "no: " + Forecast, "no: " + Forecast, "no: " + Forecast)]
    [DataRow("us_flights", "no: " + Graphs, "Nodes: 305 nodes, 5366 edges, 0 classes", "no: " + Graphs, "no: " + Graphs)]
    public void Every_folder_is_read_or_refused_with_a_reason(string name, string quickstart, string graph, string translation,
        string language)
    {
        if (SharedFolder.Data is not { } data || !Directory.Exists(Path.Combine(data, name)))
        {
            Assert.Inconclusive(SharedFolder.NoData);
            return;
        }
        var folder = Path.Combine(data, name);
        (string Example, string Expected, Func<string> Read)[] examples =
        [
            ("Quickstart", quickstart, () => DataFolder.Load(Ml, folder, null).Description),
            ("GraphQuickstart", graph, () => Graph(folder)),
            ("Translation", translation, () => Pairs(ParallelText.Read(folder, "de", "en", 300))),
            ("LanguageModel", language, () => $"{TextFolder.Read(folder, "").Train.Length} characters"),
        ];
        List<string> wrong = [];
        foreach (var (example, expected, read) in examples)
        {
            var outcome = Outcome(read);
            if (!(expected.StartsWith("no: ") ? outcome.StartsWith("no: ") && outcome.Contains(expected[4..]) && outcome.Contains(name)
                : outcome.Contains(expected)))
                wrong.Add($"{example}: {outcome}");
        }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }

    [TestMethod]
    public void Folders_without_triples_or_ratings_are_refused_with_a_reason()
    {
        if (SharedFolder.Data is not { } data)
        {
            Assert.Inconclusive(SharedFolder.NoData);
            return;
        }
        List<string> wrong = [];
        foreach (var folder in Directory.GetDirectories(data))
        {
            var name = Path.GetFileName(folder);
            foreach (var (example, isRead, read) in ((string, bool, Func<string>)[])[
                ("KnowledgeGraph", name.StartsWith("kg_"), () => $"{KnowledgeGraph.Data.TripleData.Load(folder).Train.Count} triples"),
                ("Recommendation", name.StartsWith("movielens"), () => $"{Recommendation.Data.RatingData.Load(folder).Rows.Count} rows")])
            {
                var outcome = Outcome(read);
                if (isRead == outcome.StartsWith("no: ") || (!isRead && !outcome.Contains("example")))
                    wrong.Add($"{example}, {name}: {outcome}");
            }
        }
        Assert.IsEmpty(wrong, string.Join('\n', wrong));
    }
}
