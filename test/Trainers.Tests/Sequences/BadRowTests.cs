using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Rows that are no sequence or have no label: the error names column, row, what was found and what was expected.</summary>
[TestClass]
public class BadRowTests
{
    private readonly MLContext _ml = new(1);

    private static EveryForm.Row[] With(int at, Action<EveryForm.Row> change)
    {
        var rows = EveryForm.Rows(12);
        change(rows[at]);
        return rows;
    }

    private IDataView Map(EveryForm.Row[] rows) => EveryForm.Mapped(_ml, rows);

    public static IEnumerable<object[]> Cases => new (string Task, string Sequence, Action<EveryForm.Row> Change, string Message)[]
    {
        ("Classification", "Ragged", row => row.Ragged = [], "Column 'Ragged', row 7: the sequence is empty, expected at least one step"),
        ("Classification", "Keys", row => row.Words = [], "Column 'Keys', row 7: the sequence is empty, expected at least one step"),
        ("Classification", "Ints", row => row.Ints = [], "Column 'Ints', row 7: the sequence is empty, expected at least one step"),
        ("Classification", "Ragged", row => row.Ragged = [1, 2, 3, 4, 5], "Column 'Ragged', row 7: 5 values, expected a multiple of 2, the features of a step"),
        ("Classification", "Ragged", row => row.Ragged[3] = float.NaN, "Column 'Ragged', row 7, step 1, feature 1: NaN, expected a finite number"),
        ("Number", "Grid", row => row.Grid[6] = float.PositiveInfinity, "Column 'Grid', row 7, step 3, feature 0: Infinity, expected a finite number"),
        ("Classification", "Ragged", row => row.Class = "never seen", "Column 'ClassKey', row 7: the label is missing, expected one of 3 classes"),
        ("Tagging", "Keys", row => row.Tags[1] = "never seen", "Column 'TagKeys', row 7, step 1: the label is missing, expected one of 3 classes"),
        ("Tagging", "Ragged", row => row.Tags = [.. row.Tags, "low"], "Column 'TagKeys', row 7: 5 labels, but column 'Ragged' has 4 steps; expected one label a step"),
        ("Number", "Ragged", row => row.Number = float.NaN, "Column 'Number', row 7: the label is NaN, expected a finite number"),
        ("Numbers", "Ragged", row => row.Numbers[1] = float.NegativeInfinity, "Column 'Numbers', row 7, target 1: -Infinity, expected a finite number"),
        ("Binary", "Ragged", row => row.Weight = -1, "Column 'Weight', row 7: the weight is -1, expected a finite number of at least 0"),
        ("Binary", "Ragged", row => row.Weight = float.NaN, "Column 'Weight', row 7: the weight is NaN, expected a finite number of at least 0"),
    }.Select(bad => new object[] { bad.Task, bad.Sequence, bad.Change, bad.Message });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Among_the_training_rows(string task, string sequence, object change, string message)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Trainer(task, sequence).Fit(Map(With(7, (Action<EveryForm.Row>)change))));
        StringAssert.StartsWith(error.Message, message);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Among_the_validation_rows(string task, string sequence, object change, string message)
    {
        var validation = Map(With(7, (Action<EveryForm.Row>)change));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Trainer(task, sequence).Fit(Map(EveryForm.Rows(12)), validation));
        StringAssert.StartsWith(error.Message, "In the validation data: " + message);
    }

    private SequenceTrainer Trainer(string task, string sequence) => EveryForm.Trainer(_ml, task, sequence, options =>
    {
        options.ExampleWeightColumnName = "Weight";
        options.OnEpoch = _ => Assert.Fail("trained");
    });

    [TestMethod]
    public void Among_rows_to_score_an_error_comes_with_its_row_and_an_unknown_token_is_unknown()
    {
        using var words = EveryForm.Trainer(_ml, "Classification", "Keys").Fit(Map(EveryForm.Rows(12)));
        var unseen = Scored.All(words.Transform(Map(With(7, row => row.Words = ["never", "seen"]))));
        var missing = Scored.All(words.Transform(Map(With(7, row => row.Words = ["", ""]))));
        CollectionAssert.AreEqual(missing[7].Score, unseen[7].Score);
        using var numbers = EveryForm.Trainer(_ml, "Classification", "Ints").Fit(Map(EveryForm.Rows(12)));
        float[] Score(int token) => Scored.All(numbers.Transform(Map(With(7, row => row.Ints = [0, token]))))[7].Score;
        CollectionAssert.AreEqual(Score(-5), Score(1000));
        CollectionAssert.AreNotEqual(Score(-5), Score(1));

        using var model = EveryForm.Trainer(_ml, "Classification", "Ragged").Fit(Map(EveryForm.Rows(12)));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Scored.All(model.Transform(Map(With(7, row => row.Ragged[3] = float.NaN)))));
        StringAssert.Contains(error.Message, "Column 'Ragged', row 7, step 1, feature 1: NaN, expected a finite number");
        // A label nobody has seen doesn't matter where nothing is compared with it.
        Assert.HasCount(12, Scored.All(model.Transform(Map(With(7, row => row.Class = "never seen")))));
    }

    [TestMethod]
    public void The_row_is_named_as_in_the_data_before_it_was_split()
    {
        var data = Map(With(7, row => row.Ragged[3] = float.NaN));
        foreach (var seed in (int[])[1, 2, 3, 4])
        {
            var error = Assert.ThrowsExactly<InvalidDataException>(() => EveryForm.Trainer(_ml, "Classification", "Ragged", options =>
            {
                options.ValidationFraction = 0.5f;
                options.Seed = seed;
            }).Fit(data));
            StringAssert.Matches(error.Message, new(@"^(In the validation data: )?Column 'Ragged', row \d+ \(id 7\), step 1, feature 1: NaN, expected a finite number\.$"));
        }
    }

    [TestMethod]
    public void Data_without_rows()
    {
        var none = Map([]);
        foreach (var sequence in EveryForm.Sequences)
        {
            var error = Assert.ThrowsExactly<InvalidDataException>(() => EveryForm.Trainer(_ml, "Classification", sequence).Fit(none));
            StringAssert.Contains(error.Message, "data has no rows", sequence);
        }
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Trainer("Classification", "Ragged").Fit(Map(EveryForm.Rows(12)), none)).Message,
            "The validation data has no rows");
        using var model = EveryForm.Trainer(_ml, "Classification", "Ragged").Fit(Map(EveryForm.Rows(12)));
        Assert.IsEmpty(Scored.All(model.Transform(none)));
    }

    [TestMethod]
    public void A_validation_fraction_of_few_rows_may_leave_none()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => EveryForm.Trainer(_ml, "Number", "Ragged", options =>
        {
            options.ValidationFraction = 0.01f;
            options.OnEpoch = _ => Assert.Fail("trained");
        }).Fit(Map(EveryForm.Rows(4))));
        StringAssert.Contains(error.Message, "The validation data has no rows");
        StringAssert.Contains(error.Message, "ValidationFraction is 0.01");
    }

    [TestMethod]
    [DataRow("Classification", "Column 'ClassKey'")]
    [DataRow("Binary", "Column 'Yes'")]
    [DataRow("Tagging", "Column 'TagKeys'")]
    public void Labels_all_of_one_class(string task, string column)
    {
        var rows = EveryForm.Rows(12);
        foreach (var row in rows)
            (row.Class, row.Yes, row.Tags) = ("low", true, Array.ConvertAll(row.Tags, _ => "low"));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => Trainer(task, "Ragged").Fit(Map(rows)));
        StringAssert.Contains(error.Message, column);
        StringAssert.Contains(error.Message, $"all {(task == "Tagging" ? rows.Sum(row => row.Tags.Length) : 12)} labels of the training data are of one class");
    }

    [TestMethod]
    public void Fewer_rows_than_a_batch_are_no_problem()
    {
        using var model = EveryForm.Trainer(_ml, "Classification", "Ragged", options => options.BatchSize = 1000).Fit(Map(EveryForm.Rows(3)));
        Assert.AreEqual(1, model.History.Epochs[0].Steps);
        Assert.HasCount(3, Scored.All(model.Transform(Map(EveryForm.Rows(3)))));
    }
}
