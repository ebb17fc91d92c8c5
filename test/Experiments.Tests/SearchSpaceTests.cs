namespace MLSeqGraph.Experiments.Tests;

[TestClass]
public class SearchSpaceTests
{
    private static readonly SearchSpace Space = new SearchSpace()
        .Range("rate", 1e-4, 1e-1, logBase: true)
        .Range("layers", 1, 4, defaultValue: 2)
        .Choice("network", "lstm", "transformer")
        .Range("heads", 1, 8).When("network", "transformer")
        .Choice("bias", true, false);

    public enum Kind
    {
        One,
        Two,
    }

    public sealed class Inner
    {
        [Range(0, 1)]
        public double Share { get; set; } = 0.25;
    }

    public sealed class Options
    {
        [Range(1e-4, 1e-1, logBase: true)]
        public float Rate { get; set; } = 1e-3f;

        [Choice]
        public Kind Kind { get; set; } = Kind.Two;

        [Range(8, 64)]
        [When(nameof(Kind), Kind.One)]
        public int Hidden { get; set; } = 16;

        [Choice(16, 32L)]
        public int Batch { get; set; } = 32;

        [NestOption]
        public Inner Nested { get; } = new();

        public string Other { get; set; } = "as it was";
    }

    [TestMethod]
    public void Points_give_values_and_values_their_points()
    {
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            var values = Space.SampleFromFeatureSpace([.. Space.Dimensions.Select(_ => random.NextDouble())]);
            Assert.AreEqual(values.ContainsKey("heads"), (string)values["network"] == "transformer");
            Assert.IsTrue((double)values["rate"] is >= 1e-4 and <= 1e-1 && (int)values["layers"] is >= 1 and <= 4);
            var again = Space.SampleFromFeatureSpace(Space.MappingToFeatureSpace(values)!);
            foreach (var (name, value) in values)
                if (value is double number)
                    Assert.AreEqual(number, (double)again[name], 1e-12);
                else
                    Assert.AreEqual(value, again[name]);
        }
    }

    [TestMethod]
    public void Whole_numbers_and_choices_are_equally_likely_and_logarithms_evenly_spread()
    {
        var random = new Random(2);
        var layers = new int[5];
        var low = 0;
        for (var i = 0; i < 4000; i++)
        {
            var values = Space.SampleFromFeatureSpace([.. Space.Dimensions.Select(_ => random.NextDouble())]);
            layers[(int)values["layers"]]++;
            low += (double)values["rate"] < Math.Sqrt(1e-4 * 1e-1) ? 1 : 0;
        }
        foreach (var count in layers[1..])
            Assert.AreEqual(1000, count, 150);
        Assert.AreEqual(2000, low, 200);
    }

    [TestMethod]
    public void Both_ends_of_a_range_are_in_it()
    {
        Assert.AreEqual(1e-4, (double)Space.Dimensions[0].At(0), 1e-18);
        Assert.AreEqual(1e-1, (double)Space.Dimensions[0].At(1), 1e-15);
        Assert.AreEqual((1, 4), ((int)Space.Dimensions[1].At(0), (int)Space.Dimensions[1].At(1)));
        Assert.AreEqual("transformer", Space.Dimensions[2].At(1));
    }

    [TestMethod]
    public void Points_are_counted_without_what_does_not_matter()
    {
        var space = new SearchSpace().Choice("a", "x", "y").Range("b", 1, 10).When("a", "y").Choice("c", 1, 2, 3);
        Assert.AreEqual((1 + 10) * 3, space.Count);
        Assert.AreEqual(double.PositiveInfinity, Space.Count);
    }

    [TestMethod]
    public void Defaults_are_the_first_choice_the_middle_or_what_is_given()
    {
        var defaults = Space.Default;
        Assert.AreEqual(("lstm", 2), ((string)defaults["network"], (int)defaults["layers"]));
        Assert.AreEqual(Math.Sqrt(1e-5), (double)defaults["rate"], 1e-9);
        Assert.IsFalse(defaults.ContainsKey("heads"));
    }

    [TestMethod]
    public void Attributes_declare_a_space_and_trials_fill_the_class()
    {
        var space = SearchSpace.Of<Options>();
        CollectionAssert.AreEqual(new[] { "Rate", "Kind", "Hidden", "Batch", "Nested.Share" },
            space.Dimensions.Select(dimension => dimension.Name).ToArray());
        Assert.AreEqual(0.001, space.Default["Rate"]);
        Assert.AreEqual(("Two", "32", 0.25),
            ((string)space.Default["Kind"], (string)space.Default["Batch"], (double)space.Default["Nested.Share"]));
        var values = new Dictionary<string, object>
        {
            ["Rate"] = 0.01, ["Kind"] = "One", ["Hidden"] = 20, ["Batch"] = "16", ["Nested.Share"] = 0.5,
        };
        var options = new Trial(0, values, space, 0, 0, default, default, null).Get<Options>();
        Assert.AreEqual((0.01f, Kind.One, 20, 16, 0.5, "as it was"),
            (options.Rate, options.Kind, options.Hidden, options.Batch, options.Nested.Share, options.Other));
    }

    [TestMethod]
    public void Choices_are_objects_or_functions_of_the_trial()
    {
        var space = new SearchSpace().Range("size", 1, 9).Choice<Func<Trial, string>>("network",
            ("small", _ => "s"), ("sized", trial => $"s{trial.Get<int>("size")}")).Choice("uri", ("here", new Uri("urn:b")));
        Trial With(string network) => new(0, new Dictionary<string, object> { ["size"] = 3, ["network"] = network, ["uri"] = "here" },
            space,
            0, 0, default, default, null);
        Assert.AreEqual(("s", "s3"), (With("small").Get<string>("network"), With("sized").Get<string>("network")));
        Assert.AreEqual(new Uri("urn:b"), With("small").Get<Uri>("uri"));
        Assert.AreEqual(3.0, With("small").Get<double>("size"));
    }

    [TestMethod]
    public void A_second_condition_and_a_range_wider_than_numbers_are_refused()
    {
        var space = new SearchSpace().Choice("a", "x", "y").Choice("b", "x", "y").Range("c", 1, 10).When("a", "y");
        Assert.Contains("'c' depends on 'a' already", Assert.Throws<ArgumentException>(() => space.When("b", "x")).Message);
        Assert.Contains("'d' ranges from -1E+308 to 1E+308", Assert.Throws<ArgumentException>(() =>
            space.Range("d", -1e308, 1e308)).Message);
    }

    [TestMethod]
    public void What_is_wrong_is_named()
    {
        static void Throws(Action action, string part) => Assert.Contains(part, Assert.Throws<ArgumentException>(action).Message);
        Throws(() => new SearchSpace().Range("rate", 1, 0.5), "'rate' ranges from 1 to 0.5");
        Throws(() => new SearchSpace().Range("rate", 0, 1.0, logBase: true), "above 0");
        Throws(() => new SearchSpace().Range("rate", double.NaN, 1), "'rate'");
        Throws(() => new SearchSpace().Range("n", 1, 4, defaultValue: 9), "The default of 'n' is 9");
        Throws(() => new SearchSpace().Choice<string>("a", new string[0]), "'a' has no choices");
        Throws(() => new SearchSpace().Choice("a", "x", "x"), "'x' twice");
        Throws(() => new SearchSpace().Range("a", 0, 1).Range("a", 0, 1), "called 'a'");
        Throws(() => new SearchSpace().Range("a", 0, 1).When("b", 1), "depends on 'b'");
        Throws(() => new SearchSpace().Choice("b", "x").Range("a", 0, 1).When("b", "y"), "expected some of x");
        Throws(() => SearchSpace.Of<Uri2>(), "search space is empty");
        var trial = new Trial(0, Space.Default, Space, 0, 0, default, default, null);
        Throws(() => trial.Get<int>("nothing"), "expected one of rate, layers");
        Throws(() => trial.Get<int>("heads"), "doesn't matter in this trial, where network is lstm");
        Throws(() => trial.Get<int>("network"), "expected a Int32");
    }

    private sealed class Uri2
    {
        public int Number { get; set; }
    }
}
