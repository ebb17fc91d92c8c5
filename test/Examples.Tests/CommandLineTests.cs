namespace Examples.Tests;

[TestClass]
public sealed class CommandLineTests
{
    private sealed class Options : CommonOptions
    {
        internal Options() : base("A program.")
        {
            AddData("what to train on");
            AddNetwork(["lstm", "gru"], "lstm, gru");
            AddTraining();
            AddHidden();
            OneOf("--order", ["2", "3"], "of symbols", text => Order = text, alone: "2");
            OneOf<DayOfWeek>("--day", "of the week", day => Day = day);
            Wholes("--fan-outs", 1, "neighbors", numbers => FanOuts = numbers);
            Flag("--links", "predict edges", () => Links = true);
            Text("--prompt", "TEXT", "how samples begin", text => Prompt = text);
            AddSeeds();
            AddResults("files");
        }

        internal string? Order { get; private set; }

        internal DayOfWeek? Day { get; private set; }

        internal int[]? FanOuts { get; private set; }

        internal bool Links { get; private set; }

        internal string? Prompt { get; private set; }

        protected override void Check()
        {
            if (Links && Order is not null)
                throw new UsageException("--links and --order exclude each other.");
        }
    }

    private static (int Code, string Error, bool Ran, Options Options) Run(Action? run, params string[] args)
    {
        var (options, ran, standardError) = (new Options(), false, Console.Error);
        using var error = new StringWriter();
        try
        {
            Console.SetError(error);
            var code = options.Run(args, () =>
            {
                ran = true;
                run?.Invoke();
            });
            return (code, error.ToString(), ran, options);
        }
        finally
        {
            Console.SetError(standardError);
        }
    }

    [TestMethod]
    public void Options_are_read()
    {
        var (code, error, ran, options) = Run(
            null, "--data", ".", "--network", "gru,lstm", "--epochs", "3", "--rate", "0.5", "--dropout", "0", "--decay=0.1", "--order",
            "--day", "monday", "--fan-outs", "10,5", "--seed", "0", "--prompt", "@file");
        Assert.AreEqual(0, code, error);
        Assert.IsTrue(ran);
        CollectionAssert.AreEqual((string[])["gru", "lstm"], options.Networks);
        CollectionAssert.AreEqual((int[])[10, 5], options.FanOuts);
        Assert.AreEqual((3, 0.5f, 0f, 0.1f), (options.Epochs, options.LearningRate, options.Dropout, options.WeightDecay));
        Assert.AreEqual((".", "2", DayOfWeek.Monday, 0, "@file"), (options.Data, options.Order, options.Day, options.Seed, options.Prompt));
        Assert.IsFalse(options.Links);
    }

    [TestMethod]
    public void A_folder_of_results_is_held_by_one_program_at_a_time()
    {
        using var folder = new TemporaryFolder();
        var output = folder["results"];
        var inner = (Code: -1, Error: "", Ran: false);
        var (code, error, ran, _) = Run(() =>
        {
            var (innerCode, innerError, innerRan, _) = Run(null, "--output", output);
            inner = (innerCode, innerError, innerRan);
            Assert.AreEqual(0, Run(null, "--output", folder["others"]).Code);
            Assert.AreEqual(0, Run(null).Code, "without a folder of its own each program makes one");
        }, "--output", output);
        Assert.AreEqual((0, true), (code, ran), error);
        Assert.AreEqual((2, false), (inner.Code, inner.Ran));
        StringAssert.StartsWith(inner.Error, $"Another program writes to '{output}' now");
        StringAssert.Contains(inner.Error, "name another folder with --output");
        Assert.AreEqual(0, Run(null, "--output", output).Code, "the program that held it has ended");
    }

    [TestMethod]
    public void What_can_not_be_written_is_said_before_anything_runs()
    {
        using var folder = new TemporaryFolder(("file", "text"));
        void Fails(string option, string path, string why)
        {
            var (code, error, ran, _) = Run(null, option, path);
            Assert.AreEqual((2, false), (code, ran), error);
            StringAssert.StartsWith(error, $"{option} is {path}, w");
            StringAssert.Contains(error, why);
            Assert.HasCount(1, error.Trim().Split('\n'));
        }
        Fails("--json", folder["nowhere/figures.json"], "There is no folder");
        Fails("--json", folder.Path, "It is a folder");
        Fails("--json", folder["file/figures.json"], "expected a file in a folder that exists");
        Fails("--output", folder["file"], "expected a folder, or a path at which one can be made");
        Fails("--output", folder["file/results"], "expected a folder");
        // The folder of results is made before.
        Assert.AreEqual(0, Run(null, "--output", folder["made"], "--json", folder["made/figures.json"]).Code);
        CollectionAssert.AreEqual((string[])["file", "made"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName).Order()
            .ToArray());
        Assert.IsEmpty(Directory.GetFiles(folder["made"], "*.tmp"));
    }

    [TestMethod]
    public void What_stands_twice_in_a_list_counts_once() =>
        CollectionAssert.AreEqual((string[])["gru", "lstm"], Run(null, "--network", "gru,lstm,gru").Options.Networks);

    [TestMethod]
    public void Options_that_would_be_ignored_are_refused_where_they_were_given()
    {
        var (code, error, _, options) = Run(null, "--links");
        Assert.AreEqual(0, code, error);
        options.Refuse("is for text.", "--prompt", "--order");
        Assert.AreEqual("--links is for text.", Assert.ThrowsExactly<UsageException>(() => options.Refuse("is for text.",
            "--prompt", "--links")).Message);
    }

    [TestMethod]
    public void What_is_not_given_keeps_its_default()
    {
        var (code, _, ran, options) = Run(null);
        Assert.IsTrue(ran);
        Assert.AreEqual((0, 1, 1, null, null), (code, options.Seed, options.Seeds, options.Epochs, options.Networks));
    }

    [TestMethod]
    [DataRow("--epoch 3", "There is no option --epoch. Did you mean --epochs?")]
    [DataRow("--epohcs=3", "There is no option --epohcs=3. Did you mean --epochs?")]
    [DataRow("--something-else", "There is no option --something-else.")]
    [DataRow("--network lsmt,gru", "--network is lsmt,gru: expected one or several of lstm or gru. Did you mean lstm?")]
    [DataRow("--day mondya", "or saturday. Did you mean monday?")]
    [DataRow("--order 4", "--order is 4: expected 2 or 3.")]
    [DataRow("--epochs x", "--epochs is x: expected a whole number of at least 1.")]
    [DataRow("--epochs 0", "--epochs is 0: expected a whole number of at least 1.")]
    [DataRow("--rate 0", "--rate is 0: expected a number above 0 and below 10.")]
    [DataRow("--rate 0,01", "--rate is 0,01: expected a number above 0 and below 10.")]
    [DataRow("--epochs 1,000", "--epochs is 1,000: expected a whole number of at least 1.")]
    [DataRow("--dropout 1", "--dropout is 1: expected a number of at least 0 and below 1.")]
    [DataRow("--fan-outs 10,a", "--fan-outs is 10,a: expected whole numbers of at least 1")]
    [DataRow("--data nowhere", "--data is nowhere: expected a file or folder that exists.")]
    [DataRow("--prompt --links", "--prompt needs a value; --links came next.")]
    [DataRow("--epochs", "--epochs")]
    [DataRow("3", "'3'")]
    [DataRow("--links --order 3", "--links and --order exclude each other.")]
    public void A_wrong_command_line_says_what_is_wrong_in_two_lines_and_nothing_runs(string line, string message)
    {
        var (code, error, ran, _) = Run(null, line.Split(' '));
        Assert.AreEqual(1, code);
        Assert.IsFalse(ran);
        StringAssert.Contains(error, message, StringComparison.OrdinalIgnoreCase);
        StringAssert.EndsWith(error.TrimEnd(), "--help lists the options.");
        Assert.HasCount(2, error.Trim().Split('\n'));
    }

    [TestMethod]
    public void Wrong_data_is_said_without_a_stack_trace_and_other_errors_come_through()
    {
        var (code, error, _, _) = Run(() => throw new InvalidDataException("train.tsv, line 3: 1 field, expected two."));
        Assert.AreEqual(2, code);
        Assert.AreEqual("train.tsv, line 3: 1 field, expected two.", error.Trim());
        Assert.ThrowsExactly<ArithmeticException>(() => Run(() => throw new ArithmeticException()));
    }
}
