using System.Text.Json;
using Modalities.Data;

namespace Examples.Tests;

/// <summary>What the example Modalities makes of tables, and a run of it.</summary>
[TestClass]
public sealed class ModalityTests
{
    private const string Rows = "note,age,picture,signal,label\nred one,3,0 1 1 0,1 2 3,a\nblue,4,1 0 0 1,3 2,b\n,5,1 1 0 0,,a\n";

    private static ModalSet Load(string train, string? test = null, int[]? size = null, string? label = null)
    {
        using var folder = new TemporaryFolder(("train.csv", train), ("test.csv", test ?? train));
        return TableFolder.Load(folder.Path, size, label);
    }

    private static void Refused(string expected, Action load) =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(load).Message, expected);

    [TestMethod]
    public void Kinds_of_columns_are_found()
    {
        var data = Load(Rows);
        Assert.AreEqual("'label' by text, series, picture, table of 2 x 2 pixels of 1 channel", data.Recognized);
        var row = data.Train[2];
        Assert.AreEqual("", row.Text);
        CollectionAssert.AreEqual((float[])[5], row.Table);
        CollectionAssert.AreEqual((float[])[1, 1, 0, 0], row.Picture);
        Assert.IsEmpty(row.Series);
        Assert.AreEqual("a", row.Answer);
        Assert.AreEqual("'signal' by text, picture, table of 1 x 4 pixels of 1 channel",
            Load(Rows.Replace(",,a", ",7,a"), size: [1, 4], label: "signal").Recognized);
        Refused("line 4: the answer is empty", () => Load(Rows, label: "signal"));
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        Refused("train.csv, line 2: the picture has 4 numbers, expected 3 x 3 of --size", () => Load(Rows, size: [3, 3]));
        Refused("line 3: the picture has 3 numbers, expected 2 x 2 pixels of 1 channel", () => Load(Rows.Replace("1 0 0 1", "1 0 0")));
        Refused("there is no column 'kind'; the columns are note, age", () => Load(Rows, label: "kind"));
        Refused("the header is x, y, expected note", () => Load(Rows, "x,y\n1,2\n"));
        Refused("both lists of numbers", () => Load("a,b,label\n1 2,2 3,x\n1 2,2 3,y\n"));
        Refused("expected a column of text, of lists of numbers", () => Load("a,label\n1,x\n2,y\n"));
        using var folder = new TemporaryFolder(("train.csv", Rows));
        Refused("there is no 'test'", () => TableFolder.Load(folder.Path));
    }

    [TestMethod]
    public void A_run_writes_figures_and_pictures()
    {
        using var folder = new TemporaryFolder();
        var json = folder["figures.json"];
        var (code, output, error) = ExampleProgram.Run("Modalities", "--rows", "200", "--epochs", "2", "--hidden", "8", "--threads", "1",
            "--json", json, "--output", folder["out"]);
        Assert.AreEqual(0, code, output + error);
        var figures = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.AreEqual("questions", figures.GetProperty("task").GetString());
        foreach (var name in (string[])["test_accuracy", "text_accuracy", "without_picture_accuracy", "machines_test_accuracy",
            "machines_without_table_accuracy"])
            Assert.IsGreaterThan(0, figures.GetProperty(name).GetDouble(), name);
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
        Assert.IsTrue(File.Exists(Path.Combine(folder["out"], "machines-confusion.svg")));
    }
}
