using System.Buffers.Binary;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments.Tests;

/// <summary>What is made of trials: reports, event files, ensembles.</summary>
[TestClass]
public class WatchingTests
{
    [TestMethod]
    public void A_report_is_one_file_that_loads_nothing()
    {
        using var folder = new TemporaryFolder();
        StudyTests.Quick(folder.File("s.db"), 12, trial =>
        {
            for (var epoch = 0; epoch < 3; epoch++)
                trial.Report(trial.TrialId + epoch);
            return trial.TrialId == 4 ? throw new IOException("<b>&") : trial.TrialId;
        }).SetPruner(new MedianPruner()).Run();
        using var study = Study.Open(folder.File("s.db"), "bowl");
        study.WriteHtml(folder.File("report.html"));
        var html = File.ReadAllText(folder.File("report.html"));
        Assert.AreEqual(3, html.Split("<svg").Length - 1);
        Assert.AreEqual(13, html.Split("<tr").Length - 1);
        Assert.Contains("&lt;b&gt;&amp;", html);
        foreach (var outside in (string[])["http:", "https:", "src=", "href=", "<script", "NaN"])
            Assert.DoesNotContain(outside, html);
        System.Xml.Linq.XDocument.Parse(html.Replace("<!DOCTYPE html>", "").Replace("<meta charset=\"utf-8\">", ""));
    }

    [TestMethod]
    public void A_report_has_a_title_for_readers_and_curves_that_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        var database = folder.File("study.db");
        new MLContext().Experiment()
            .SetSearchSpace(space => space.Range("transformer.hidden", 1.0, 2.0).Range("rate", 0.0, 1.0))
            .SetTrialFunction(trial =>
            {
                for (var epoch = 1; epoch <= 4; epoch++)
                    trial.Report(trial.Get<double>("rate") / epoch);
                return trial.Get<double>("rate");
            }, "RootMeanSquaredError").SetStudy(database, "train.tsv 1A2B3C4D 5 epochs").SetMaxModelToExplore(3).Run();
        using var study = Study.Open(database, "train.tsv 1A2B3C4D 5 epochs");
        study.WriteHtml(folder.File("report.html"));
        var html = File.ReadAllText(folder.File("report.html"));
        Assert.Contains("<h1>train.tsv 5 epochs</h1>", html);
        Assert.Contains("train.tsv 1A2B3C4D 5 epochs", html);
        var colors = System.Text.RegularExpressions.Regex.Matches(html[html.IndexOf("What epochs reported")..html.IndexOf("All trials")],
            "<polyline fill=\"none\" stroke=\"(#[0-9a-f]+)\"").Select(match => match.Groups[1].Value).ToArray();
        Assert.HasCount(3, colors.Distinct());
        Assert.Contains(">trial 1", html);
        // Titles of the first and last axis stand inside the picture.
        Assert.MatchesRegex("<text x=\"4\"[^>]*>transformer.hidden", html.Replace("text-anchor=\"start\"", ""));
        if (Environment.GetEnvironmentVariable("MLSEQGRAPH_TEST_KEEP") is { Length: > 0 } kept)
            File.Copy(folder.File("report.html"), kept, overwrite: true);
    }

    [TestMethod]
    public void Event_files_are_records_with_checksums()
    {
        using var folder = new TemporaryFolder();
        string path;
        using (var board = new TensorBoardWriter(folder.File("run")))
        {
            board.WriteScalar("loss/train", 300, 0.25);
            path = board.Path;
        }
        Assert.Contains("tfevents", path);
        var bytes = File.ReadAllBytes(path);
        var events = new List<byte[]>();
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            Assert.AreEqual(Masked(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            events.Add(bytes[(at + 12)..(at + 12 + length)]);
            Assert.AreEqual(Masked(events[^1]), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            at += 16 + length;
        }
        Assert.HasCount(2, events);
        Assert.EndsWith("brain.Event:2", Encoding.UTF8.GetString(events[0]));
        // wall_time, step 300, summary { value { tag, simple_value } }
        byte[] expected = [0x10, 0xac, 0x02, 0x2a, 19, 0x0a, 17, 0x0a, 10, .. Encoding.UTF8.GetBytes("loss/train"), 0x15, 0, 0, 0x80, 0x3e];
        CollectionAssert.AreEqual(expected, events[1][9..]);
    }

    [TestMethod]
    public void Checksums_are_those_of_castagnoli() =>
        // The check value of CRC-32C, masked as TensorFlow does.
        Assert.AreEqual(unchecked((0xe3069283u >> 15 | 0xe3069283u << 17) + 0xa282ead8u), TensorBoardWriter.MaskedCrc("123456789"u8));

    [TestMethod]
    public void The_best_few_are_one_model_in_one_file()
    {
        using var folder = new TemporaryFolder();
        var ml = new MLContext(seed: 1);
        var rows = Questions.View(ml, 120);
        var result = ml.Experiment().SetPortfolio(Portfolio.ForText(PortfolioTask.Classification, PortfolioPreset.Quick)
            .Only("gru", "lstm", "bag").WithEpochs(2)).SetDataset(rows, 0.25).SetMaxModelToExplore(3).Run();
        Assert.Contains("(model bag) is", Assert.Throws<ArgumentException>(() => result.EnsembleModel(3)).Message);
        TrialResult[] networks = [.. result.Leaderboard.Where(trial => (string)trial.Parameters["model"] != "bag")];
        var model = result.EnsembleModel(networks);
        var scores = model.Transform(rows).GetColumn<float[]>("Score").ToArray();
        float[][][] parts = [.. networks.Select(trial => result.Fit(trial).Transform(rows).GetColumn<float[]>("Score").ToArray())];
        for (var row = 0; row < scores.Length; row++)
            Assert.AreEqual((parts[0][row][0] + parts[1][row][0]) / 2, scores[row][0], 1e-5f);
        ml.Model.SaveWhole(model, rows.Schema, folder.File("m.zip"));
        CollectionAssert.AreEqual(scores[5], ml.Model.LoadSequenceGraph(folder.File("m.zip"), out _).Transform(rows)
            .GetColumn<float[]>("Score").ElementAt(5));
        Assert.Throws<ArgumentOutOfRangeException>(() => result.EnsembleModel(4));
    }

    [TestMethod]
    public void An_ensemble_averages_scores()
    {
        var ml = new MLContext(seed: 1);
        var rows = Questions.View(ml, 120);
        var result = ml.Experiment().SetPortfolio(
            Portfolio.ForText(PortfolioTask.Classification, PortfolioPreset.Quick).Only("bag", "lstm"))
            .SetDataset(rows, 0.25).SetMaxModelToExplore(2).Run();
        using var ensemble = result.Ensemble(2);
        var scored = ensemble.Transform(rows);
        var parts = ensemble.Models.Select(model => model.Transform(rows).GetColumn<float[]>("Score").ToArray()).ToArray();
        var names = ml.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel").Fit(scored).Transform(scored);
        foreach (var (i, (score, name)) in scored.GetColumn<float[]>("Score").Zip(names.GetColumn<string>("Name")).Index())
        {
            for (var k = 0; k < 2; k++)
                Assert.AreEqual((parts[0][i][k] + parts[1][i][k]) / 2, score[k], 1e-6f);
            Assert.AreEqual(score[0] > score[1] ? "person" : "place", name);
        }
        Assert.IsGreaterThan(0.9, ml.Sequences().EvaluateClassification(scored).MicroAccuracy);
        Assert.AreEqual(scored.Schema.Count, ensemble.GetOutputSchema(rows.Schema).Count);
        Assert.Throws<NotSupportedException>(() => ensemble.GetRowToRowMapper(rows.Schema));
        Assert.Throws<ArgumentOutOfRangeException>(() => result.Ensemble(3));
    }

    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var one in data)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = crc >> 1 ^ ((crc & 1) * 0x82f63b78u);
        }
        crc = ~crc;
        return unchecked((crc >> 15 | crc << 17) + 0xa282ead8u);
    }
}
