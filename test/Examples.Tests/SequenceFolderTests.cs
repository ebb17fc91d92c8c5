using Microsoft.ML;
using Microsoft.ML.Data;
using Quickstart.Data;

namespace Examples.Tests;

/// <summary>What the Quickstart makes of folders in each format.</summary>
[TestClass]
public sealed class SequenceFolderTests
{
    private const string Weather =
        "up\tfine warm day\ndown\tcold dark rain\nup\tcalm warm sea\ndown\tcold grey storm\nup\tmild soft wind\ndown\traw wet fog\n";

    private static DataSet Load(string name, string train, Roles? roles = null, string? test = null)
    {
        using var folder = new TemporaryFolder(("train" + name, train), ("test" + name, test ?? train));
        return DataFolder.Load(new MLContext(1), folder.Path, null, roles);
    }

    private static string Refused(string name, string train, Roles? roles = null, string? test = null) =>
        Assert.ThrowsExactly<InvalidDataException>(() => Load(name, train, roles, test)).Message;

    // The labels of the training rows, and their texts, tags or values.
    private static string Show(DataSet data)
    {
        string Column(string name) => data.Train.Schema.GetColumnOrNull(name) is not { } column ? ""
            : column.Type is VectorDataViewType { ItemType: TextDataViewType }
                ? string.Join(" / ", data.Train.GetColumn<string[]>(name).Select(row => string.Join(' ', row)))
            : column.Type is TextDataViewType ? string.Join(" / ", data.Train.GetColumn<string>(name))
            : string.Join(" / ", data.Train.GetColumn<float[]>(name).Select(row =>
                FormattableString.Invariant($"{string.Join(' ', row)}")));
        return string.Join(" | ", new[] { "Class", "Text", "Words", "Tags", "Features" }.Select(Column).Where(text => text.Length > 0));
    }

    [TestMethod]
    [DataRow(".tsv", "up\ta b\ndown\tc d\nup\te\ndown\t7\n", "up / down / up / down | a b / c d / e / 7",
        "column 1 is the class, column 2 the sentence")]
    [DataRow(".tsv", "up\ta b\n\ndown\tc d\nup\te f\n\ndown\tg h\n", "up / down / up / down | a b / c d / e f / g h",
        "column 2 the sentence")]
    [DataRow(".tsv", "so it is\t0\nso it was\t1\nnever so\t0\nnot at all\t1\n",
        "0 / 1 / 0 / 1 | so it is / so it was / never so / not at all", "column 2 is the class, column 1 the sentence")]
    [DataRow(".tsv", "sentence\tlabel\na b\t0\nc d\t1\ne f\t0\ng h\t1\n", "0 / 1 / 0 / 1 | a b / c d / e f / g h",
        "column 2 (label) is the class, column 1 (sentence) the sentence")]
    [DataRow(".csv", "text,class\n\"a, b\",up\n\"c \"\"d\"\"\",down\n\"e\nf\",up\ng h,down\n",
        "up / down / up / down | a, b / c \"d\" / e\nf / g h", "column 2 (class) is the class")]
    [DataRow(".tsv", "7\tup\ta b\n8\tdown\tc d\n9\tup\te f\n10\tdown\tg h\n", "up / down / up / down | a b / c d / e f / g h",
        "column 2 is the class, column 3 the sentence")]
    [DataRow(".tsv", "a\tN\nb\tV\n\nc\tN\na\tN\nd\tV\n", "a b / c a d | N V / N N V", "column 1 is the word, column 2 its tag")]
    [DataRow(".tsv", "1\t0.1\t0.9\n2\t0.2\t0.8\n\n1\t0.3\t0.7\n2\t0.4\t0.6\n", "1 / 2 / 1 / 2 | 0.1 0.9 / 0.2 0.8 / 0.3 0.7 / 0.4 0.6",
        "column 1 is the class")]
    [DataRow(".tsv", "1\t0.1\t0.9\t0.5\n2\t0.2\tNaN\tNaN\n1\t0.3\t0.7\t\n2\t0.4\t0.6\t0.5\n",
        "1 / 2 / 1 / 2 | 0.1 0.9 0.5 / 0.2 / 0.3 0.7 / 0.4 0.6 0.5", "column 1 is the class")]
    [DataRow(".csv", "a,b,c,d,what\n1,2,3,4,x\n5,6,7,8,y\n1,2,3,5,x\n5,6,7,9,y\n", "x / y / x / y | 1 2 3 4 / 5 6 7 8 / 1 2 3 5 / 5 6 7 9",
        "column 5 (what) is the class")]
    [DataRow(".csv", "1,0.5,0.25\n2,0.75,0.5\n1,0.5,1.25\n2,0.25,1.5\n", "1 / 2 / 1 / 2 | 0.5 0.25 / 0.75 0.5 / 0.5 1.25 / 0.25 1.5",
        "column 1 is the class")]
    [DataRow(".txt", " 1.0e+00  5.0e-01  2.5e-01\n 2.0e+00  7.5e-01  0.5\n 1.0e+00  0.5  1\n 2.0e+00  0.5  2\n",
        "1.0e+00 / 2.0e+00 / 1.0e+00 / 2.0e+00 | 0.5 0.25 / 0.75 0.5 / 0.5 1 / 0.5 2", "column 1 is the class")]
    [DataRow(".tsv", "s\tx\t0\t1\t2\ns\tx\t1\t3\t4\nt\ty\t0\t5\t6\nu\tx\t0\t1\t1\nv\ty\t0\t2\t2\n",
        "x / y / x / y | 1 2 3 4 / 5 6 / 1 1 / 2 2", "column 3 the step")]
    [DataRow(".txt", "-DOCSTART- -X- -X- O\n\nAnn NNP B-NP B-PER\nran VBD B-VP O\n\nto TO B-PP O\n"
        + "Bonn NNP B-NP B-LOC\nand CC O O\n, , O O\n",
        "Ann ran / to Bonn and , | B-PER O / O B-LOC O O", "column 1 is the word, column 4 its tag")]
    [DataRow(".txt", "a N\nb V\n\nc N\na N\nd V\n", "a b / c a d | N V / N N V", "column 1 is the word, column 2 its tag")]
    [DataRow(".csv", "+,S10,acgtacgtacgtacgtaa\n-,AMPC,  ttttacgtacgtacgtaa\n+,X,ccgtacgtacgtacgtaa\n-,Y,ggttacgtacgtacgtaa\n",
        "+ / - / + / - | ",
        "column 3 is a string of characters, column 1 its class")]
    [DataRow(".tsv", "1a\tMKLSKDTIAILKNFASIN\tCCHHHHCCEEEEEECCCC\t7\n2b\tAADLEQKVLEMEASTYDG\tCCCCHHHHEEEEEECCCC\t8\n"
        + "3c\tGMKLSKDTIAILKNFASI\tCCCHHHHCCEEEEEECCC\t9\n", " /  / ", "column 2 is a string of characters, column 3 has their tags")]
    [DataRow(".ts", "#c\n@problemName p\n@classLabel true x y\n@data\n1,2:3,4:x\n5,6:7,8:y\n", "x / y | 1 3 2 4 / 5 7 6 8", "a .ts file")]
    public void A_format_is_recognized_and_said(string name, string train, string expected, string said)
    {
        var data = Load(name, train);
        StringAssert.StartsWith(Show(data), expected);
        StringAssert.Contains(data.Recognized, said);
    }

    [TestMethod]
    public void Conllu_is_read_with_comments_ranges_and_empty_nodes()
    {
        const string file = """
            # sent_id = 1
            # text = I don't #1
            1	I	I	PRON	PRP	_	2	nsubj	_	_
            2-3	don't	_	_	_	_	_	_	_	_
            2	do	do	AUX	VBP	_	0	root	_	_
            3	n't	not	PART	RB	_	2	advmod	_	_
            3.1	it	it	PRON	PRP	_	_	_	2:obj	_
            4	#	#	SYM	NN	_	2	dep	_	_

            # sent_id = 2
            1	Do	do	AUX	VBP	_	0	root	_	_
            2	it	it	PRON	PRP	_	1	obj	_	_
            3	you	you	PRON	PRP	_	1	nsubj	_	_
            4	do	do	AUX	VBP	_	1	x	_	_

            """;
        foreach (var name in (string[])[".conllu", ".tsv", ".txt.gz"])
        {
            var data = Load(name, file);
            Assert.AreEqual("I do n't # / Do it you do | PRON AUX PART SYM / AUX PRON PRON AUX", Show(data));
            StringAssert.Contains(data.Recognized, "CoNLL-U: column 2 is the word, column 4 its tag");
        }
        Assert.AreEqual("I do n't # / Do it you do | PRP VBP RB NN / VBP PRP PRP VBP", Show(Load(".conllu", file, new(Label: "5"))));
    }

    [TestMethod]
    public void Characters_are_steps()
    {
        const string dna = "EI\tA1\t  ACGTACGTACGTACGT\nIE\tB\tGGGTACGTACGTACGTN\nEI\tC\tTTGTACGTACGTACGT\nIE\tD\tCCGTACGTACGTACGT\n";
        using var folder = new TemporaryFolder(("splice.tsv", dna + dna.ToLowerInvariant()), ("README.txt", "about it"));
        var data = DataFolder.Load(new MLContext(1), folder.Path, null);
        Assert.AreEqual((6, 2), (data.TrainRows, data.TestRows));
        StringAssert.Contains(data.Recognized, "20% of splice.tsv is tested on");
        StringAssert.Contains(data.Description, "strings of 16 to 17 characters");
        CollectionAssert.IsSubsetOf(data.Train.GetColumn<string[]>("Symbols").SelectMany(row => row).Distinct().ToArray(),
            "ACGTNacgtn".Select(symbol => symbol.ToString()).ToArray());
        const string proteins = "MKLSKDTIAILKNFASIN\tCCHHHHCCEEEEEECCCC\nAADLEQKVLEMEASTYDG\tCCCCHHHHEEEEEECCCC\n"
            + "GMKLSKDTIAILKNFASI\tCCCHHHHCCEEEEEECCC\n";
        var tagged = Load(".tsv", proteins);
        Assert.AreEqual(TaskKind.Tagging, tagged.Task);
        Assert.AreEqual("CCHHHHCCEEEEEECCCC", string.Concat(tagged.Train.GetColumn<string[]>("Tags").First()));
        StringAssert.Contains(Refused(".tsv", proteins, test: "MKLSK\tCC\n"), "test.tsv, line 1: column 2 has 2 tags, expected 5");
    }

    [TestMethod]
    public void Roles_come_first()
    {
        const string three = "red\tup\ta b\nblue\tdown\tc d\nred\tdown\te f\nblue\tup\tg h\n";
        Assert.AreEqual("up / down / down / up | a b / c d / e f / g h", Show(Load(".tsv", three, new(Label: "2"))));
        Assert.AreEqual("up / down / down / up | red / blue / red / blue", Show(Load(".tsv", three, new(Label: "2", Text: "1"))));
        Assert.AreEqual("up / down / down / up | a b / c d / e f / g h",
            Show(Load(".tsv", "kind\tway\tsaid\n" + three, new(Label: "Way"))));
        Assert.AreEqual("0.5 1.5 / 2.5 3.5 | a / b", string.Join(" | ",
            Show(Load(".csv", "a;0,5;1,5\nb;2,5;3,5\n", new(DecimalComma: true)))
            .Split(" | ").Reverse()));
        Assert.AreEqual("a / b / a / b | 1 2 / 3 4 / 5 6 / 7 8",
            Show(Load(".csv", "1,2,a\n3,4,b\n5,6,a\n7,8,b\n", new(SequenceFormat.Series))));
        StringAssert.Contains(Refused(".tsv", three, new(Label: "hue")), "no column hue for --label: found 3 columns");
        StringAssert.Contains(Refused(".tsv", three, new(Label: "4")), "no column 4 for --label");
        StringAssert.Contains(Refused(".tsv", three, new(Label: "1", Text: "1")), "would be both class and sentence");
    }

    [TestMethod]
    [DataRow(".tsv", "a b\tc d\ne f\tg h\ni j\tk l\nm n\to p\n", "4 different values in 4 rows, such as 'a b'; expected classes")]
    [DataRow(".tsv", "0.5\t0.1\n0.25\t0.2\n0.75\t0.3\n1.25\t0.4\n1.5\t0.5\n", "5 different values in 5 rows")]
    [DataRow(".tsv", "a\tx\nb\ty\nc\tz\nd\tw\n", "the format is not known. Found 2 columns parted by tabs, such as a | x.")]
    [DataRow(".tsv", Weather + "up\tbright\tsun again\n", "line 7: 3 fields, expected 2 as in the other lines")]
    [DataRow(".tsv", Weather + "up\t \n", "line 7: column 2 is empty, expected a sentence")]
    [DataRow(".tsv", Weather + "\tbright sun\n", "line 7: column 1 is empty, expected a class")]
    [DataRow(".tsv", "1\t2\n2\t3\n1\t4\n2\t5\n1\t6\n2\t7\n1\t8\n2\t9\n1\t1\n2\t-0,125\n",
        "line 10: field 2 is '-0,125', expected a number")]
    [DataRow(".tsv", "1\t2\n2\t3\n1\tNaN\n2\t5\n", "line 3: there are no values")]
    [DataRow(".tsv", "a\tN\nb\tV\n\nc\nd\tV\nd\tV\n", "line 4: 1 field, expected 2")]
    [DataRow(".tsv", "s\tx\t0\t1\ns\tx\t1\t1\ns\tx\t1\t1\nt\tx\t0\t1\nt\tx\t1\t1\nt\tx\t2\t1\n"
        + "u\ty\t0\t1\nu\ty\t1\t1\nu\ty\t2\t1\nu\ty\t3\t1\n", "line 3: step 1 of series 's' is there twice")]
    [DataRow(".tsv", "s\tx\t0\t1\ns\ty\t1\t1\nt\tx\t0\t1\nt\tx\t1\t1\nt\tx\t2\t1\n", "line 2: series 's' is of class 'y', expected 'x'")]
    [DataRow(".ts", "@classLabel true x\n@data\n1,2:x\n1,?:x\n", "line 4: field 2 is '?', expected a number")]
    [DataRow(".ts", "@data\n1,2:3,4:x\n1,2:x\n", "line 3: found 1 dimensions, expected 2")]
    [DataRow(".ts", "@data\n1,2:3:x\n", "line 2: a dimension has 1 values, expected 2")]
    [DataRow(".ts", "@timeStamps true\n@data\n", "line 1: the series have timestamps")]
    [DataRow(".ts", "@problemName x\n1,2:x\n", "line 2: found '1,2:x' before @data")]
    [DataRow(".csv", "text,class,more\na b,up\nc d,down\ne f,up\n", "line 1: 3 fields, expected 2 as in the other lines")]
    [DataRow(".tsv", "", "line 1: the file is empty")]
    public void What_does_not_fit_is_named(string name, string train, string message) =>
        StringAssert.Contains(Refused(name, train), message);

    [TestMethod]
    public void Test_files_are_read_like_the_training_file()
    {
        StringAssert.Contains(Refused(".tsv", Weather, test: "up\tfine\n\nup\n"), "test.tsv, line 3: 1 field, expected 2");
        Assert.AreEqual(2, Load(".tsv", "sentence\tlabel\na b\t0\nc d\t1\n", test: "Sentence\tLabel\na b\t0\nc d\t1\n").TestRows);
        using var folder = new TemporaryFolder(("train.tsv", Weather), ("other.tsv", Weather));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => DataFolder.Load(new MLContext(), folder.Path, null));
        StringAssert.Contains(error.Message, "has no test file");
        Assert.AreEqual(3, DataFolder.Load(new MLContext(), folder.Path, new(0.5, 1)).TestRows);
    }
}
