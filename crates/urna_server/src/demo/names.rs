//! Common names from 52 countries and territories, in their own spelling. Random combinations give invented people.

/// Names that go together. Family names with a female and a male form take two lists.
#[derive(Debug)]
pub(super) struct Names {
    /// The countries in which the names are common.
    pub(super) countries: &'static [&'static str],
    /// The language of the conference in which they are addressed.
    pub(super) language: &'static str,
    /// Given names, separated by spaces.
    given: &'static str,
    /// Family names, separated by commas.
    family: &'static str,
}

impl Names {
    /// The given names.
    pub(super) fn given(&self) -> Vec<&'static str> {
        self.given.split(' ').collect()
    }

    /// The family names.
    pub(super) fn family(&self) -> Vec<&'static str> {
        self.family.split(", ").collect()
    }
}

/// ISO 3166-1 alpha-2: the European Union, its neighbours, and small states and territories.
pub(super) const COUNTRIES: [&str; 52] = [
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT",
    "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO", "CH", "GB", "AL", "BA", "ME", "MK", "RS", "UA",
    "MD", "GE", "AM", "AZ", "TR", "AD", "MC", "SM", "VA", "FO", "GI", "GG", "IM", "JE",
];

/// Every list of names.
pub(super) const NAMES: &[Names] = &[
    Names {
        countries: &["AT", "DE", "LI", "LU", "CH"],
        language: "de",
        given: "Jürgen Käthe Götz Bärbel Matthias Ulrike Jörg Annegret Rüdiger Dörte Günther Frauke",
        family: "Schönfelder, Weißhaupt, Brückner, Obermüller, Lützenkirchen, Köhnke, Größbauer, Jägerstetter, Möhring, Süßkind, Kämmerer, Röhl",
    },
    Names {
        countries: &["FR", "MC", "BE", "LU", "CH"],
        language: "fr",
        given: "Hélène François Maëlle Gaëtan Aurélie Benoît Loïc Zoé Océane Théo Noémie Raphaël",
        family: "Béranger, Châtelain, Lacôte, Pélissier, Thévenard, Dutréloup, Lefèvre, Gaudry-Noël, Duchêne, Périgaud, Bâtonnier, Clémençon",
    },
    Names {
        countries: &["NL", "BE"],
        language: "en",
        given: "Marjolein Daniël Anouk Sjoerd Joëlle Wouter Noëlle Koen Thijs Liesbeth Jeroen Fleur",
        family: "van der Velde, Bruïns, Hoogeveen, Kuijpers, ten Brinke, Zijlstra, de Meeuwis, Verstraeten, Brugmans, Poelstra, van Rijssel, Daemen",
    },
    Names {
        countries: &["IT", "SM", "VA", "CH"],
        language: "en",
        given: "Niccolò Chiara Mosè Beatrice Giosuè Noemi Cosimo Letizia Ruggero Ginevra Tancredi Fiammetta",
        family: "Bellafonte, Cantù, D'Angiò, Lo Monaco, Mandalà, Privitera, Zanetti, Forlì, Della Torre, Marangon, Salvemini, Nicolosi",
    },
    Names {
        countries: &["ES", "AD", "GI"],
        language: "en",
        given: "Íñigo Begoña Andrés Inés Raúl Nuria Joaquín Sofía Iñaki Ángela Jesús Encarnación",
        family: "Muñoz Ibáñez, Peñalver, Sáenz, Echeverría, Ordóñez, Zúñiga, Cordón Núñez, Ríos, Bermúdez, Ibargüen, Quiñones, Valdés",
    },
    Names {
        countries: &["PT"],
        language: "en",
        given: "João Conceição Inês Estêvão Mónica Simão Fátima Tomé",
        family: "Gonçalves, Magalhães, Simões, Assunção, Araújo, Leitão, Brandão, Falcão",
    },
    Names {
        countries: &["IE"],
        language: "en",
        given: "Síofra Pádraig Aoife Séamus Gráinne Eoghan Róisín Cillian",
        family: "O'Hanrahan, Breathnach, Mac Cárthaigh, Ó Braonáin, Ó Súilleabháin, Mac Conmara, O'Driscoll, de Búrca",
    },
    Names {
        countries: &["GB", "GG", "JE", "IM", "GI"],
        language: "en",
        given: "Gwenllian Rhys Catrin Alasdair Eilidh Siân Euan Zoë",
        family: "Ashworth, Llewelyn-Pryce, MacAskill, Penhallow, Whitcombe, Carragher, Ellwood, Quayle",
    },
    Names {
        countries: &["DK"],
        language: "en",
        given: "Søren Astrid Jørgen Bodil Bjørn Kirsten Åge Maj-Britt",
        family: "Kjærgaard, Højlund, Nørskov, Bækgaard, Ørnebjerg, Tværmose, Østerby, Lykkegård",
    },
    Names {
        countries: &["FO"],
        language: "en",
        given: "Jógvan Rannvá Tróndur Sólrun Høgni Bjørg Heðin Annika",
        family: "Høgnesen, Jákupsen, Dalsgarð, Joensen, Niclasen, á Lakjuni, Mikkelsen, Dímun",
    },
    Names {
        countries: &["NO"],
        language: "en",
        given: "Øystein Ingrid Håkon Solveig Bjørnar Åse Pål Synnøve",
        family: "Bråthen, Sæther, Nygård, Ødemark, Tønnesen, Grønvold, Rødseth, Kvåle",
    },
    Names {
        countries: &["SE"],
        language: "en",
        given: "Åsa Göran Märta Björn Sölve Sigrid Håkan Kerstin Örjan Linnéa",
        family: "Öberg, Sjöström, Åkerlind, Hällgren, Bäckman, Löfgren, Wåhlin, Nyström, Åberg, Hägglund",
    },
    Names {
        countries: &["FI"],
        language: "en",
        given: "Päivi Jyrki Väinö Sirkka Hannele Kyösti Mäjä Yrjö",
        family: "Hämäläinen, Järvelä, Pöyhönen, Ylönen, Särkijärvi, Löyttyniemi, Kärkkäinen, Mäenpää",
    },
    Names {
        countries: &["IS"],
        language: "en",
        given: "Guðrún Þórdís Sigríður Ásta Ragnheiður",
        family: "Jónsdóttir, Ólafsdóttir, Þorsteinsdóttir, Björnsdóttir, Sævarsdóttir",
    },
    Names {
        countries: &["IS"],
        language: "en",
        given: "Þór Björgvin Ísak Sævar Guðmundur",
        family: "Jónsson, Ólafsson, Þorsteinsson, Björnsson, Ragnarsson",
    },
    Names {
        countries: &["EE"],
        language: "en",
        given: "Õnne Jüri Külli Tõnu Märt Ülle Piret Rein",
        family: "Põldmäe, Kõiv, Mägi, Raudsepp, Õunapuu, Lüüs, Jõgi, Väli",
    },
    Names {
        countries: &["LV"],
        language: "en",
        given: "Līga Ilze Dzintra Zanda Sanita",
        family: "Bērziņa, Kalniņa, Ozoliņa, Zvirbule, Krūmiņa",
    },
    Names {
        countries: &["LV"],
        language: "en",
        given: "Jānis Ģirts Kārlis Uldis Mārtiņš",
        family: "Bērziņš, Kalniņš, Ozoliņš, Zvirbulis, Krūmiņš",
    },
    Names {
        countries: &["LT"],
        language: "en",
        given: "Rūta Živilė Austėja Eglė Jūratė",
        family: "Kazlauskaitė, Žukauskienė, Petrulytė, Šimkutė, Vaičiūnaitė",
    },
    Names {
        countries: &["LT"],
        language: "en",
        given: "Žygimantas Šarūnas Vytenis Ąžuolas Jurgis",
        family: "Kazlauskas, Žukauskas, Petrulis, Šimkus, Vaičiūnas",
    },
    Names {
        countries: &["PL"],
        language: "en",
        given: "Małgorzata Żaneta Bożena Łucja Agnieszka Jadwiga Elżbieta",
        family: "Wiśniewska, Dąbrowska, Źrebiec, Łęcka, Żółtowska, Kościelna, Błońska",
    },
    Names {
        countries: &["PL"],
        language: "en",
        given: "Łukasz Wojciech Świętosław Michał Błażej Grzegorz Paweł",
        family: "Wiśniewski, Dąbrowski, Żółtowski, Łęcki, Gąsior, Kościelny, Błoński",
    },
    Names {
        countries: &["CZ"],
        language: "en",
        given: "Růžena Jiřina Markéta Zdeňka Kateřina",
        family: "Dvořáčková, Šťastná, Kučerová, Říhová, Žďárská",
    },
    Names {
        countries: &["CZ"],
        language: "en",
        given: "Jiří Ondřej Zdeněk Luboš Vojtěch",
        family: "Dvořáček, Šťastný, Kučera, Říha, Žďárský",
    },
    Names {
        countries: &["SK"],
        language: "en",
        given: "Ľudmila Božena Žofia Katarína Dáša",
        family: "Kováčová, Hruškovičová, Čierna, Ďuricová, Šťavinová",
    },
    Names {
        countries: &["SK"],
        language: "en",
        given: "Ľuboš Štefan Ján Miloš Kristián",
        family: "Kováč, Hruškovič, Čierny, Ďurica, Šťavina",
    },
    Names {
        countries: &["HU"],
        language: "en",
        given: "Zsófia Győző Örs Ildikó László Ágnes Ödön Tünde",
        family: "Szűcs, Kovács, Őri, Fülöp, Csüllög, Szőke, Bíró, Hegedűs",
    },
    Names {
        countries: &["SI"],
        language: "en",
        given: "Žiga Špela Črt Mojca Anže Neža Uroš Nataša",
        family: "Kovačič, Žnidaršič, Črnigoj, Šušteršič, Zupančič, Hočevar, Košir, Podobnik",
    },
    Names {
        countries: &["HR", "BA", "ME"],
        language: "en",
        given: "Željko Đurđica Nikša Snježana Dražen Šejla Goran Nevenka",
        family: "Čolaković, Đurić, Šimunović, Perković, Hadžić, Ćosović, Brđanin, Žižić",
    },
    Names {
        countries: &["RS"],
        language: "en",
        given: "Душан Љиљана Ђорђе Јована Живка Његош",
        family: "Ђурђевић, Живановић, Љубисављевић, Чоловић, Џамбић, Шћепановић",
    },
    Names {
        countries: &["MK"],
        language: "en",
        given: "Ѓорѓи Крсте Ќиро Бранко",
        family: "Ѓорѓиевски, Ќосевски, Поповски, Ристовски",
    },
    Names {
        countries: &["MK"],
        language: "en",
        given: "Снежана Билјана Ѓурѓа Љупка",
        family: "Ѓорѓиевска, Ќосевска, Поповска, Ристовска",
    },
    Names {
        countries: &["BG"],
        language: "en",
        given: "Цветелина Йорданка Снежана Ралица Щилияна",
        family: "Стоянова, Чавдарова, Желязкова, Щерева, Тодорова",
    },
    Names {
        countries: &["BG"],
        language: "en",
        given: "Йордан Красимир Цветан Боян Любен",
        family: "Стоянов, Чавдаров, Желязков, Щерев, Тодоров",
    },
    Names {
        countries: &["UA"],
        language: "en",
        given: "Ярослава Соломія Євгенія Олексій Микола Юрій Любов Зиновій",
        family: "Коваленко, Ґалаґан, Їжакевич, Щербань, Ющук, Шевчишин, Гнатюк, Дзюба",
    },
    Names {
        countries: &["RO", "MD"],
        language: "en",
        given: "Ștefan Ioana Răzvan Mădălina Cătălin Anișoara Bogdan Ilinca",
        family: "Țurcanu, Bărbulescu, Cîmpeanu, Pârvu, Munteanu, Vâlcu, Grăjdeanu, Știrbu",
    },
    Names {
        countries: &["GR", "CY"],
        language: "en",
        given: "Ελένη Χρυσούλα Ζωή Άννα Ευτυχία",
        family: "Παπαδοπούλου, Οικονόμου, Καραγιάννη, Ιωαννίδου, Ξενάκη",
    },
    Names {
        countries: &["GR", "CY"],
        language: "en",
        given: "Γιώργος Χαράλαμπος Ηλίας Στέλιος Μιχάλης",
        family: "Παπαδόπουλος, Οικονόμου, Καραγιάννης, Ιωαννίδης, Ψαράς",
    },
    Names {
        countries: &["TR", "CY"],
        language: "en",
        given: "Ayşe Çağla Ömer İlknur Gökhan Şule Ünal Müge",
        family: "Yıldız, Çelikoğlu, Şahinbaş, Öztürk, Güneş, Kılıçaslan, Doğan, Işık",
    },
    Names {
        countries: &["AL"],
        language: "en",
        given: "Ëngjëll Çlirim Blerta Arbër Mirëlinda Vjosa Besnik Drita",
        family: "Hoxhaj, Gjonaj, Përmeti, Çela, Shkëmbi, Dervishi, Këlliçi, Marku",
    },
    Names {
        countries: &["MT"],
        language: "en",
        given: "Ġorġ Ċensa Żeża Karmenu Marija Ġużeppi Nina Pawlu",
        family: "Buttiġieġ, Żammit, Abela, Xuereb, Mifsud, Galea, Farruġia, Ċamilleri",
    },
    Names {
        countries: &["GE"],
        language: "en",
        given: "ნინო გიორგი თამარ ლევან ქეთევან ზურაბ",
        family: "ბერიძე, კაპანაძე, გელაშვილი, ლომიძე, ჯავახია, წიკლაური",
    },
    Names {
        countries: &["AM"],
        language: "en",
        given: "Անահիտ Արմեն Նարե Տիգրան Շուշան Վահագն",
        family: "Հակոբյան, Պետրոսյան, Ղազարյան, Մկրտչյան, Ավետիսյան, Ջանոյան",
    },
    Names {
        countries: &["AZ"],
        language: "en",
        given: "Aygün Elçin Günel Rəşad Şəbnəm Vüqar",
        family: "Həsənli, Əlizadə, Şirinzadə, Nəbizadə, Qəhrəmanlı, Hüseynbəyli",
    },
];
